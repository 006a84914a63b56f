import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import * as edit from '../plan/edit.ts';
import { planRoots } from '../plan/read.ts';
import {
  actionAuthorship,
  actionPassages,
  AuthorIndex,
  AuthorshipCache,
  authoredText,
  coAuthorsOf,
  countCharacters,
  DEFAULT_THRESHOLDS,
  evenness,
  framePassages,
  ladder,
  planAuthorship,
} from '../authorship.ts';

/** Several people's documents that exchange updates at once; person "a" writes as client 1, "b" as 2, … */
function writers(...people: [person: string, organisation: string | null][]) {
  const index = new AuthorIndex();
  const docs = people.map(([person, organisation], i) => {
    const doc = new Y.Doc();
    doc.clientID = i + 1;
    index.add({ clients: [[i + 1, person, organisation]], ranges: [] });
    return doc;
  });
  for (const doc of docs) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'remote') return;
      for (const other of docs) if (other !== doc) Y.applyUpdate(other, update, 'remote');
    });
  }
  return { docs, index };
}

function textOf(doc: Y.Doc, action: string, name: 'title' | 'body'): Y.Text {
  const text = planRoots(doc).actions.get(action)?.get(name);
  if (!(text instanceof Y.Text)) throw new Error(`no ${name}`);
  return text;
}

function authorship(doc: Y.Doc, action: string, index: AuthorIndex, thresholds = DEFAULT_THRESHOLDS) {
  const map = planRoots(doc).actions.get(action);
  if (!map) throw new Error('no action');
  return actionAuthorship(map, index, thresholds);
}

describe('AuthorIndex', () => {
  test('ranges override the owner of the client id, wherever a question begins', () => {
    const index = new AuthorIndex();
    index.add({ clients: [[1, 'a', null]], ranges: [] });
    index.add({
      clients: [],
      ranges: [
        [1, 20, 5, 'c', 'o'],
        [1, 10, 5, 'b', null],
        [1, 27, 2, null, null],
      ],
    });
    const people = (clock: number, length: number) =>
      index.runs(1, clock, length).flatMap((run) => Array<string>(run.length).fill(run.author?.person ?? '?'));
    const oracle = Array.from({ length: 40 }, (_, id) =>
      id >= 10 && id < 15 ? 'b' : id >= 20 && id < 25 ? 'c' : id === 27 || id === 28 ? '?' : 'a',
    );
    for (let clock = 0; clock < 30; clock++)
      for (let length = 1; length < 10; length++)
        expect(people(clock, length)).toEqual(oracle.slice(clock, clock + length));
    expect(index.runs(9, 0, 3)).toEqual([{ length: 3, author: null }]);
  });

  test('tells at which version a client id changed', () => {
    const index = new AuthorIndex();
    index.add({ clients: [[1, 'a', null]], ranges: [] });
    index.add({ clients: [], ranges: [[2, 0, 1, 'a', null]] });
    expect([index.version, index.versionOf(1), index.versionOf(2), index.versionOf(3)]).toEqual([2, 1, 2, 0]);
  });
});

describe('countCharacters', () => {
  test('counts code points that can be seen', () => {
    expect(countCharacters('Ķekavas novads\n')).toBe(13);
    expect(countCharacters('  \t\u00a0\u2003\ufeff')).toBe(0);
    // What an emoji is joined from or coloured by is seen, what joins it is not.
    expect(countCharacters('👩‍🌾 ā')).toBe(3);
    expect(countCharacters('☀️ 👍🏽 1️⃣')).toBe(5);
  });

  test.each(['\u200b', '\u034f', '\u3164', '\u2800', '\u00ad', '\ufe0f', '\u0007', '\u{e0041}', '\u{1d173}'])(
    'does not count %j, which nobody sees',
    (nothing) => {
      expect(countCharacters(nothing.repeat(5000))).toBe(0);
      expect(countCharacters(`Tal${nothing.repeat(5000)}ka`)).toBe(5);
    },
  );

  test('agrees with the definition on any text', { timeout: 30_000 }, () => {
    const visible = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
    const byDefinition = (text: string) => text.match(visible)?.length ?? 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(countCharacters(text)).toBe(byDefinition(text));
      }),
    );
    let halves = '';
    for (let unit = 0xd800; unit < 0xe000; unit++) halves += `${String.fromCharCode(unit)}x`;
    expect(countCharacters(halves)).toBe(byDefinition(halves));
    const wrong: string[] = [];
    // By rows of 256; not the planes that hold ideographs, or nothing.
    for (let row = 0; row <= 0xe1f; row = row === 0x1ff ? 0xe00 : row + 1) {
      const points = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(row * 256 + i)).join(' ');
      if (countCharacters(points) !== byDefinition(points)) wrong.push(row.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});

describe('actionAuthorship', () => {
  test('counts a hand-made example', () => {
    const { docs, index } = writers(['anna', 'novads'], ['juris', 'daugmale'], ['ilze', null]);
    const [anna, juris, ilze] = docs as [Y.Doc, Y.Doc, Y.Doc];
    const id = edit.addAction(anna, { title: 'Talka mežā', goal: 'g1', starts: '2025-04-01' });
    textOf(juris, id, 'body').insert(0, 'Visi nāk. ');
    textOf(ilze, id, 'body').insert(0, 'Ja '.repeat(10));
    edit.setOrganisation(juris, id, 'partners', 'o1', true);
    edit.setOrganisation(anna, id, 'responsible', 'o2', true);
    edit.addFunding(ilze, id, { source: 'eu', cents: 500_00 }, 'LEADER');
    edit.setAction(juris, id, { status: 'running' });

    const result = authorship(anna, id, index);
    // Anna: "Talkamežā"; start, responsible (goal and status "planned" do not count).
    // Juris: "Visināk."; status, partner. Ilze: "Ja" × 10 and "LEADER"; source and cents (form and stage are defaults).
    expect(result.characters).toBe(9 + 8 + 26);
    expect(result.unattributed).toBe(0);
    expect(result.authors).toEqual([
      { person: 'ilze', organisation: null, characters: 26, fields: 2, parts: 1, share: 26 / 43, isCoAuthor: true },
      { person: 'anna', organisation: 'novads', characters: 9, fields: 2, parts: 0, share: 9 / 43, isCoAuthor: true },
      {
        person: 'juris',
        organisation: 'daugmale',
        characters: 8,
        fields: 2,
        parts: 1,
        share: 8 / 43,
        isCoAuthor: true,
      },
    ]);
  });

  test('a co-author has 5 % or 40 characters, or entered a partner, funding or indicator', () => {
    const { docs, index } = writers(['long', null], ['short', null], ['forty', null], ['partner', null]);
    const [long, short, forty, partner] = docs as [Y.Doc, Y.Doc, Y.Doc, Y.Doc];
    const id = edit.addAction(long, { title: 'x'.repeat(1000) });
    textOf(short, id, 'title').insert(0, 'y'.repeat(39));
    textOf(forty, id, 'title').insert(0, 'z'.repeat(40));
    edit.setAction(partner, id, { ends: '2025-12-31' });
    const coAuthors = () =>
      authorship(long, id, index)
        .authors.filter((author) => author.isCoAuthor)
        .map((author) => author.person);
    expect(coAuthors()).toEqual(['long', 'forty']);
    edit.setOrganisation(partner, id, 'partners', 'o1', true);
    expect(coAuthors()).toEqual(['long', 'forty', 'partner']);
    edit.setOrganisation(long, id, 'partners', 'o1', false);
    expect(coAuthors()).toEqual(['long', 'forty']);

    const exact = edit.addAction(long, { title: 'x'.repeat(95) });
    textOf(short, exact, 'title').insert(0, 'y'.repeat(5));
    expect(authorship(long, exact, index).authors.map((author) => author.isCoAuthor)).toEqual([true, true]);
    textOf(short, exact, 'title').delete(0, 1);
    expect(authorship(long, exact, index).authors.map((author) => author.isCoAuthor)).toEqual([true, false]);
  });

  test('what nobody sees makes nobody a co-author', () => {
    const { docs, index } = writers(['long', null], ['other', null]);
    const [long, other] = docs as [Y.Doc, Y.Doc];
    const id = edit.addAction(long, { title: 'Nosaukums' });
    textOf(other, id, 'body').insert(0, '\u200b'.repeat(5000));
    textOf(other, id, 'title').insert(3, '\u3164\ufe0f'.repeat(20));
    expect(authorship(long, id, index).authors).toMatchObject([{ person: 'long', share: 1 }]);
  });

  test('empty funding lines and nameless indicators make nobody a co-author', () => {
    const { docs, index } = writers(['long', null], ['other', null]);
    const [long, other] = docs as [Y.Doc, Y.Doc];
    const id = edit.addAction(long, { title: 'Nosaukums' });
    const line = edit.addFunding(other, id, {}) ?? '';
    const indicator = edit.addIndicator(other, id, '') ?? '';
    expect(authorship(long, id, index).authors).toHaveLength(1);
    edit.setIndicator(other, id, indicator, { unit: 'km' });
    expect(authorship(long, id, index).authors[1]).toMatchObject({ person: 'other', fields: 1, parts: 0 });
    // Whoever fills in the amount is credited with the field; the line is whose who entered it.
    edit.setFunding(long, id, line, { cents: 100 });
    expect(authorship(long, id, index).authors[1]).toMatchObject({ person: 'other', parts: 1, isCoAuthor: true });
  });

  test('deleted text counts for nobody, text of unknown client ids apart', () => {
    const { docs } = writers(['anna', null], ['juris', null]);
    const [anna, juris] = docs as [Y.Doc, Y.Doc];
    const index = new AuthorIndex();
    index.add({ clients: [[1, 'anna', null]], ranges: [] });
    const id = edit.addAction(anna, { title: 'Nosaukums' });
    textOf(juris, id, 'body').insert(0, 'nezināms');
    expect(authorship(anna, id, index)).toMatchObject({ characters: 17, unattributed: 8 });
    textOf(anna, id, 'body').delete(0, 7);
    expect(authorship(anna, id, index)).toMatchObject({ characters: 10, unattributed: 1 });
    expect(authoredText(textOf(anna, id, 'title'), index)).toEqual([
      { text: 'Nosaukums', author: { person: 'anna', organisation: null } },
    ]);
  });

  test('one person for two organisations is one co-author and two tallies', () => {
    const { docs, index } = writers(['anna', 'novads'], ['anna', 'daugmale']);
    const [first, second] = docs as [Y.Doc, Y.Doc];
    const id = edit.addAction(first, { title: 'abc' });
    textOf(second, id, 'body').insert(0, 'abcdef');
    const result = authorship(first, id, index);
    expect(result.authors).toMatchObject([{ person: 'anna', organisation: 'daugmale', characters: 9, share: 1 }]);
    expect(result.tallies.map((tally) => [tally.organisation, tally.characters])).toEqual([
      ['novads', 3],
      ['daugmale', 6],
    ]);
  });
});

type Step = { writer: number; kind: number; action: number; at: number; text: string };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    writer: fc.nat(3),
    kind: fc.nat(7),
    action: fc.nat(),
    at: fc.nat(200),
    text: fc.string({ unit: 'grapheme', maxLength: 60 }),
  }),
  { maxLength: 40 },
);

function play(docs: Y.Doc[], step: Step): void {
  const doc = docs[step.writer % docs.length] as Y.Doc;
  const ids = [...planRoots(doc).actions.keys()].sort();
  const id = ids[step.action % Math.max(1, ids.length)];
  if (id === undefined || step.kind === 0) return void edit.addAction(doc, { title: step.text });
  const body = textOf(doc, id, 'body');
  if (step.kind === 1) body.insert(Math.min(step.at, body.length), step.text);
  else if (step.kind === 2) body.delete(0, Math.min(step.at % 20, body.length));
  else if (step.kind === 3) edit.addFunding(doc, id, { cents: step.at, source: 'eu' }, step.text);
  else if (step.kind === 4) edit.setOrganisation(doc, id, 'partners', `o${step.at % 3}`, step.at % 2 === 0);
  else if (step.kind === 5) edit.addIndicator(doc, id, step.text, { target: step.at });
  else if (step.kind === 6) edit.addGoal(doc, step.text);
  else edit.removeAction(doc, id);
}

describe('planAuthorship', () => {
  test('sums of people, organisations and actions are equal, and shares add up to one', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { docs, index } = writers(['a', 'o1'], ['b', 'o1'], ['a', 'o2'], ['c', null]);
        for (const step of list) play(docs, step);
        const plan = planAuthorship(docs[0] as Y.Doc, index, DEFAULT_THRESHOLDS);
        const total = (rows: { characters: number }[]) => rows.reduce((sum, row) => sum + row.characters, 0);
        const tallies = [...[...plan.actions.values()].flatMap((action) => action.tallies), ...plan.frame];
        expect(total(plan.people)).toBe(plan.characters);
        expect(total(plan.organisations)).toBe(plan.characters);
        expect(total(tallies)).toBe(plan.characters);
        expect(plan.people.reduce((sum, row) => sum + row.fields, 0)).toBe(plan.fields);
        expect(plan.organisations.reduce((sum, row) => sum + row.fields, 0)).toBe(plan.fields);
        if (plan.characters > 0) {
          expect(plan.people.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(1, 9);
          expect(plan.organisations.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(1, 9);
        }
        for (const action of plan.actions.values()) {
          expect(total(action.authors) + action.unattributed).toBe(action.characters);
          expect(action.authors.map((author) => author.share)).toEqual(
            action.authors.map((author) => author.share).sort((x, y) => y - x),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the cache gives what counting afresh gives, also when authors become known later', () => {
    fc.assert(
      fc.property(steps, fc.nat(40), (list, revealAt) => {
        const { docs, index: all } = writers(['a', 'o1'], ['b', 'o1'], ['a', 'o2'], ['c', null]);
        const doc = docs[0] as Y.Doc;
        const index = new AuthorIndex();
        index.add({ clients: [[1, 'a', 'o1']], ranges: [] });
        const cache = new AuthorshipCache(doc, index, DEFAULT_THRESHOLDS);
        for (const [i, step] of list.entries()) {
          play(docs, step);
          if (i === revealAt)
            for (const client of [2, 3, 4]) {
              const author = all.of(client, 0);
              if (author) index.add({ clients: [[client, author.person, author.organisation]], ranges: [] });
            }
          expect(cache.plan()).toEqual(planAuthorship(doc, index, DEFAULT_THRESHOLDS));
        }
        cache.destroy();
      }),
      { numRuns: 60 },
    );
  });

  test('the cache counts only the action that changed', () => {
    const { docs, index } = writers(['a', null]);
    const doc = docs[0] as Y.Doc;
    const first = edit.addAction(doc, { title: 'Pirmā' });
    const second = edit.addAction(doc, { title: 'Otrā' });
    const cache = new AuthorshipCache(doc, index, DEFAULT_THRESHOLDS);
    const before = [cache.action(first), cache.action(second)];
    textOf(doc, first, 'body').insert(0, 'vēl');
    index.add({ clients: [[77, 'z', null]], ranges: [] });
    expect(cache.action(first)).not.toBe(before[0]);
    expect(cache.action(second)).toBe(before[1]);
    edit.removeAction(doc, second);
    expect(cache.action(second)).toBeNull();
  });

  test('what was removed does not count; when it is back, it counts as before', () => {
    const { docs, index } = writers(['anna', 'o1'], ['juris', 'o2']);
    const [anna, juris] = docs as [Y.Doc, Y.Doc];
    const action = edit.addAction(anna, { title: 'Talka' });
    edit.addFunding(anna, action, { cents: 5 }, 'piezīme');
    const goal = edit.addGoal(juris, 'Mērķis');
    const other = edit.addAction(juris, { title: 'Svētki', starts: '2025-06-01' });
    const line = edit.addFunding(juris, action, { cents: 7, source: 'eu' }, 'LEADER') ?? '';
    const indicator = edit.addIndicator(juris, action, 'Talkas', { target: 3 }) ?? '';
    const all = planAuthorship(anna, index, DEFAULT_THRESHOLDS);
    const theirs = () => true;

    for (const doc of [juris, anna]) {
      edit.removeGoal(doc, goal);
      edit.removeAction(doc, other);
      edit.removeFunding(doc, action, line);
      edit.removeIndicator(doc, action, indicator);
      const rest = planAuthorship(anna, index, DEFAULT_THRESHOLDS);
      // Nobody is credited for the removal, either.
      expect(rest.people.map(({ person, characters, fields }) => [person, characters, fields])).toEqual([
        ['anna', 'Talkapiezīme'.length, 1],
      ]);
      expect([...rest.actions.keys()]).toEqual([action]);
      expect(rest.frame).toEqual([]);
      expect(framePassages(anna, index, theirs)).toEqual([]);
      const map = planRoots(anna).actions.get(action) ?? new Y.Map();
      expect(actionPassages(map, index, theirs).map((passage) => passage.place)).toEqual(['title', 'note']);

      edit.restoreGoal(doc, goal);
      edit.restoreAction(doc, other);
      for (const part of ['funding', 'indicators']) {
        for (const item of (map.get(part) as Y.Map<Y.Map<unknown>>).values()) item.set('removed', false);
      }
      expect(planAuthorship(anna, index, DEFAULT_THRESHOLDS)).toEqual(all);
    }
  });

  test('goals and the title count in the plan, not in an action', () => {
    const { docs, index } = writers(['a', 'o1']);
    const doc = docs[0] as Y.Doc;
    edit.seedPlan(doc, 'Plāns');
    edit.addGoal(doc, 'Mērķis');
    const plan = planAuthorship(doc, index, DEFAULT_THRESHOLDS);
    expect(plan).toMatchObject({ characters: 11, frame: [{ person: 'a', characters: 11 }] });
    expect(coAuthorsOf(plan).size).toBe(0);
  });
});

describe('evenness', () => {
  test('is the Shannon evenness of those who wrote', () => {
    expect(evenness([])).toBeNull();
    expect(evenness([0, 0])).toBeNull();
    expect(evenness([12])).toBe(0);
    expect(evenness([12, 0])).toBe(0);
    expect(evenness([5, 5, 5])).toBeCloseTo(1, 12);
    // (1/4, 3/4): H = 0.25·ln 4 + 0.75·ln(4/3) = 0.562335; / ln 2 = 0.811278
    expect(evenness([10, 30])).toBeCloseTo(0.811278, 6);
    expect(evenness([9480, 7310, 6402, 3960, 2745, 603])).toBeCloseTo(0.889, 3);
  });
});

describe('ladder', () => {
  test('co-authors are contributors, contributors are participants', () => {
    const result = ladder(['a', 'b', 'c', 'd'], ['b', 'e'], ['c']);
    expect([...result.participants].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([...result.contributors].sort()).toEqual(['b', 'c', 'e']);
    expect([...result.coAuthors]).toEqual(['c']);
    expect(result.rate).toBe(0.2);
    expect(ladder([], [], []).rate).toBeNull();
  });
});
