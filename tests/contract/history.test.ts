import { describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { ChangeSet, FieldChange } from '#domain/history.ts';
import { addAction, addFunding, removeAction, setAction, setOrganisation } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { run } from '#server/cli/run.ts';
import { LedgerReader } from '#server/documents/ledger/reader.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import { packAll, writeKeystrokes } from '../support/history.ts';
import { planContent, PlanWriter, type Page } from '../support/plan-writer.ts';
import { Random } from '../support/random.ts';

const MINUTE = 60_000;

/** An engine whose clock the test turns. */
async function start() {
  const clock = { now: Date.UTC(2025, 2, 1, 9) };
  const engine = await startEngine({ now: () => clock.now });
  const join = (personId: string, organisationId: string | null = 'org') => {
    engine.people.set(personId);
    return engine.documents.join(engine.documentId, { personId, organisationId });
  };
  const history = async (page?: { before?: number; limit?: number }) =>
    (await engine.documents.history(engine.documentId, page)).filter(({ personId }) => personId !== null);
  return { engine, clock, join, history };
}

function bodyOf(doc: Y.Doc, action: string): Y.Text {
  return planRoots(doc).actions.get(action)?.get('body') as Y.Text;
}

const fieldsOf = (set: ChangeSet | undefined) => set?.items.flatMap(({ fields }) => fields) ?? [];
const textOf = (set: ChangeSet | undefined, name: string) =>
  fieldsOf(set).find((field) => field.kind === 'text' && field.path.at(-1) === name) as
    Extract<FieldChange, { kind: 'text' }> | undefined;
const rowsOf = (engine: TestEngine) => {
  const reader = new LedgerReader(engine.db.sqlite);
  return [...reader.rows(engine.documentId, 1, reader.headSeq(engine.documentId) ?? 0)];
};

describe('a past moment', () => {
  test('is the document after a row, or at a time, also when clocks are set back (H1)', async () => {
    const { engine, clock, join } = await start();
    const begun = clock.now;
    const anna = await join('anna');
    const seqs: number[] = [];
    for (const [title, at] of [
      ['Viens', 10],
      ['Divi', 20],
      ['Trīs', 5],
      ['Četri', 30],
    ] as const) {
      clock.now = begun + at * MINUTE;
      addAction(anna.doc, { title });
      await anna.saved();
      seqs.push(rowsOf(engine).length);
    }
    await anna.close();
    const titles = async (moment: { seq: number } | { at: number }) => {
      const past = await engine.documents.at(engine.documentId, moment);
      return (
        past &&
        readPlan(past.doc)
          .actions.map(({ title }) => title)
          .sort()
      );
    };
    expect(await titles({ seq: seqs[1] ?? 0 })).toEqual(['Divi', 'Viens']);
    expect(await titles({ at: begun + 29 * MINUTE })).toEqual(['Divi', 'Trīs', 'Viens']);
    // The last row that was written then or before: the clock said five past at the third.
    expect(await titles({ at: begun + 9 * MINUTE })).toEqual(['Divi', 'Trīs', 'Viens']);
    expect(await titles({ at: begun + MINUTE })).toEqual([]);
    expect(await titles({ at: begun - 1 })).toBeNull();
    expect(await titles({ seq: 0 })).toBeNull();
    expect(await titles({ seq: (seqs[3] ?? 0) + 1 })).toBeNull();
    expect(await engine.documents.at('nothing', { seq: 1 })).toBeNull();
  });

  test('is made from the nearest checkpoint, and without one, or with one that is no good, just the same (H2)', async () => {
    const { engine } = await start();
    await writeKeystrokes(engine, 9_000);
    await engine.restart();
    const sqlite = engine.db.sqlite;
    const checkpoints = () =>
      sqlite
        .prepare<[], { seq: number }>('SELECT seq FROM checkpoint ORDER BY seq')
        .all()
        .map(({ seq }) => seq);
    await until(() => checkpoints().length > 0, 20_000);
    await packAll(engine);
    const [first = 0] = checkpoints();
    const content = async () => {
      const past = await engine.documents.at(engine.documentId, { seq: first + 3 });
      return past && planContent(past.doc);
    };
    const before = await content();
    sqlite.exec("UPDATE checkpoint SET state = x'28b52ffd00'");
    expect(await content()).toBe(before);
    sqlite.exec('DELETE FROM checkpoint');
    expect(await content()).toBe(before);
  }, 60_000);

  test.each([1, 2, 3])(
    'is what all changes up to there make, whatever people did (H1), run %i',
    async (round) => {
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000) + round;
      process.stdout.write(`past moments: seed ${seed}\n`);
      const { engine } = await written(seed, round === 3 ? 900 : 250);
      if (round > 1) await packAll(engine);
      const random = new Random(seed);
      const rows = rowsOf(engine);
      const wanted = new Set(Array.from({ length: 25 }, () => 1 + random.below(rows.length)).concat(rows.length));
      const doc = new Y.Doc();
      for (const { seq, kind, bytes } of rows) {
        if (kind !== 'claim') {
          doc.transact((transaction) => {
            Y.applyUpdate(doc, bytes);
            transaction.local = true;
          });
        }
        if (!wanted.has(seq)) continue;
        const past = await engine.documents.at(engine.documentId, { seq });
        if (!past) throw new Error(`There is no row ${seq}`);
        expect(past.seq).toBe(seq);
        expect(planContent(past.doc)).toBe(planContent(doc));
        expect(Y.equalSnapshots(Y.snapshot(past.doc), Y.snapshot(doc))).toBe(true);
      }
      // And what plain fields went from and to makes one story, from nothing to what stands there now.
      const values = new Map<string, unknown>();
      const sets = await engine.documents.history(engine.documentId, { limit: 10_000 });
      for (const { items } of sets.reverse()) {
        for (const { kind, id, fields } of items) {
          for (const field of fields) {
            if (field.kind !== 'value') continue;
            const place = [kind, id, ...field.path].join('/');
            expect([place, field.from]).toEqual([place, values.get(place) ?? null]);
            values.set(place, field.to);
          }
        }
      }
      for (const [id, action] of planRoots(doc).actions) {
        for (const key of ['status', 'order', 'goal']) {
          expect(values.get(`action/${id}/${key}`) ?? null).toBe(action.get(key) ?? null);
        }
      }
    },
    60_000,
  );
});

/** A plan in which several people did random things, as the app does them or as other programs may. */
async function written(seed: number, steps: number) {
  const world = await start();
  const random = new Random(seed);
  const { engine, clock } = world;
  const writers = await Promise.all(
    [
      ['anna', 'pagasts'],
      ['juris', 'pagasts'],
      ['ieva', 'biedriba'],
    ].map(async ([person = '', organisation = '']) => {
      const line = await world.join(person, organisation);
      const open = (doc: Y.Doc): Page => {
        // Offline at times: what was written comes in one row, under the ids of this page.
        let isOnline = true;
        const send = () => {
          if (isOnline) Y.applyUpdate(line.doc, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(line.doc)), 'page');
        };
        Y.applyUpdate(doc, Y.encodeStateAsUpdate(line.doc), 'line');
        doc.on('update', (update: Uint8Array, origin: unknown) => {
          if (origin === 'line') return;
          if (isOnline) Y.applyUpdate(line.doc, update, 'page');
        });
        const receive = (update: Uint8Array, origin: unknown) => {
          if (origin !== 'page' && isOnline) Y.applyUpdate(doc, update, 'line');
        };
        line.doc.on('update', receive);
        return {
          doc,
          connect() {
            isOnline = true;
            Y.applyUpdate(doc, Y.encodeStateAsUpdate(line.doc), 'line');
            send();
          },
          disconnect() {
            isOnline = false;
          },
          close() {
            isOnline = true;
            send();
            line.doc.off('update', receive);
            doc.destroy();
          },
        };
      };
      return {
        line,
        writer: new PlanWriter(random, person, organisation, open, random.chance(0.8) ? 'removed' : 'deleted'),
      };
    }),
  );
  for (let i = 0; i < steps; i++) {
    const { line, writer } = random.pick(writers);
    writer.step();
    clock.now += random.pick([200, 1_000, 20_000, random.chance(0.1) ? 10 * MINUTE : 0]);
    if (random.chance(0.4)) await line.saved();
  }
  for (const { writer } of writers) writer.page.connect();
  for (const { line } of writers) await line.close();
  return { ...world, engine };
}

describe('change sets', () => {
  test('are one person’s for one organisation, until a pause of five minutes (H3)', async () => {
    const { engine, clock, join, history } = await start();
    const anna = await join('anna');
    const action = addAction(anna.doc, { title: 'Talka', status: 'planned' });
    await anna.saved();
    clock.now += 4 * MINUTE;
    bodyOf(anna.doc, action).insert(0, 'Visi nāk');
    await anna.saved();
    const juris = await join('juris');
    bodyOf(juris.doc, action).insert(8, ' uz parku');
    await juris.saved();
    clock.now += 4 * MINUTE;
    // Anna goes on where Juris wrote too: a text is no reason to begin anew.
    for (const letter of 'rīt!!') bodyOf(anna.doc, action).insert(0, letter);
    bodyOf(anna.doc, action).delete(0, 2);
    await anna.saved();
    clock.now += 6 * MINUTE;
    setAction(anna.doc, action, { status: 'running' });
    await anna.saved();
    const other = await join('anna', 'ciems');
    setOrganisation(other.doc, action, 'partners', 'ciems', true);
    await other.saved();
    for (const writer of [anna, juris, other]) await writer.close();

    const sets = await history();
    expect(sets.map(({ personId, organisationId }) => `${personId} ${organisationId}`)).toEqual([
      'anna ciems',
      'anna org',
      'anna org',
      'juris org',
    ]);
    const [partner, status, first, second] = sets;
    expect(partner?.items).toMatchObject([
      {
        kind: 'action',
        id: action,
        title: 'Talka',
        fields: [{ kind: 'value', path: ['partners', 'ciems'], from: null, to: true }],
      },
    ]);
    expect(fieldsOf(status)).toEqual([{ kind: 'value', path: ['status'], from: 'planned', to: 'running' }]);
    expect(textOf(first, 'title')?.added).toEqual(['Talka']);
    expect(fieldsOf(first)).toContainEqual({ kind: 'presence', path: [], change: 'added' });
    expect(textOf(first, 'body')).toMatchObject({ deleted: [], restored: [] });
    expect(textOf(first, 'body')?.added.join('|')).toBe('tīrVisi nāk|\n');
    expect(textOf(second, 'body')).toMatchObject({ added: [' uz parku'], deleted: [] });
    expect((first?.to ?? 0) - (first?.from ?? 0)).toBe(8 * MINUTE);
    expect(rowsOf(engine)[(first?.toSeq ?? 1) - 1]?.actorId).toBe('anna');
  });

  test('tell apart what was written, deleted and only brought back, and what came and went (H4)', async () => {
    const { engine, clock, join, history } = await start();
    const juris = await join('juris');
    const action = addAction(juris.doc, { title: 'Talka' });
    bodyOf(juris.doc, action).insert(0, 'Jura vārdi paliek');
    await juris.saved();
    clock.now += 10 * MINUTE;
    const anna = await join('anna');
    const mine = {};
    const undo = new Y.UndoManager(bodyOf(anna.doc, action), { trackedOrigins: new Set([mine]), captureTimeout: 0 });
    anna.doc.transact(() => bodyOf(anna.doc, action).delete(0, 5), mine);
    await anna.saved();
    clock.now += 10 * MINUTE;
    undo.undo();
    await anna.saved();
    clock.now += 10 * MINUTE;
    anna.doc.transact(() => bodyOf(anna.doc, action).format(0, 4, { bold: true }));
    const line = addFunding(anna.doc, action, { source: 'eu', cents: 500 }, 'Zupai');
    await anna.saved();
    clock.now += 10 * MINUTE;
    removeAction(anna.doc, action);
    await anna.saved();
    clock.now += 10 * MINUTE;
    planRoots(anna.doc).actions.get(action)?.set('removed', false);
    await anna.saved();
    clock.now += 10 * MINUTE;
    removeAction(anna.doc, action);
    planRoots(anna.doc).actions.get(action)?.set('removed', false);
    await anna.saved();
    for (const writer of [anna, juris]) await writer.close();

    const [back, away, money, restored, deleted] = await history();
    expect(fieldsOf(back)).toEqual([{ kind: 'presence', path: [], change: 'brought-back' }]);
    expect(fieldsOf(away)).toEqual([{ kind: 'presence', path: [], change: 'removed' }]);
    expect(textOf(money, 'body')).toMatchObject({ added: [], deleted: [], formatted: true });
    expect(textOf(money, 'note')).toMatchObject({ path: ['funding', line, 'note'], added: ['Zupai'] });
    expect(fieldsOf(money)).toContainEqual({ kind: 'presence', path: ['funding', line], change: 'added' });
    expect(fieldsOf(money)).toContainEqual({ kind: 'value', path: ['funding', line, 'cents'], from: null, to: 500 });
    expect(textOf(restored, 'body')).toMatchObject({ added: [], deleted: [], restored: ['Jura '] });
    expect(textOf(deleted, 'body')).toMatchObject({ added: [], deleted: ['Jura '], restored: [] });
    expect((await engine.documents.history('nothing')).length).toBe(0);
  });

  test('of a plain field say what it really went from and to, whoever changed it in between (H3)', async () => {
    const { join, history } = await start();
    const anna = await join('anna');
    const action = addAction(anna.doc, { title: 'Talka', status: 'planned' });
    await anna.saved();
    const juris = await join('juris');
    for (const [writer, status] of [
      [anna, 'running'],
      [juris, 'done'],
      [anna, 'cancelled'],
    ] as const) {
      setAction(writer.doc, action, { status });
      await writer.saved();
    }
    for (const writer of [anna, juris]) await writer.close();
    const changes = (await history()).map((set) =>
      fieldsOf(set).flatMap((field) =>
        field.kind === 'value' && field.path[0] === 'status' ? [field.from, field.to] : [],
      ),
    );
    expect(changes).toEqual([
      ['done', 'cancelled'],
      ['running', 'done'],
      [null, 'running'],
    ]);
  });

  test('come page by page, each once, however long the history is (H5)', async () => {
    const { engine, clock, join, history } = await start();
    const anna = await join('anna');
    const action = addAction(anna.doc, { title: 'Talka' });
    const body = bodyOf(anna.doc, action);
    for (let sitting = 0; sitting < 60; sitting++) {
      for (let i = 0; i < 100; i++) body.insert(0, `${sitting} `);
      await anna.saved();
      clock.now += 6 * MINUTE;
    }
    await anna.close();
    await engine.restart();
    await packAll(engine);
    const all = await history({ limit: 1_000 });
    // A section ends where nobody writes: no sitting is cut in two.
    expect(all).toHaveLength(60);
    expect(all.map((set) => textOf(set, 'body')?.added.join('').trim().split(' ').length)).toEqual(Array(60).fill(100));
    const paged: ChangeSet[] = [];
    for (;;) {
      const page = await history({ before: paged.at(-1)?.toSeq ?? Infinity, limit: 7 });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(all);
  }, 60_000);
});

test.each([1, 2])(
  'added and deleted text is what an oracle sees that knows letters only (H4), run %i',
  async (round) => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000) + round;
    process.stdout.write(`change sets: seed ${seed}\n`);
    const random = new Random(seed);
    const { engine, clock, join } = await start();
    const writers = await Promise.all(['anna', 'juris', 'ieva'].map((person) => join(person, person)));
    // Every character there ever is stands once in the plan: it says itself where it went.
    let next = 0x4e00;
    const letters = (count: number) => String.fromCharCode(...Array.from({ length: count }, () => next++));
    const [first] = writers;
    if (!first) throw new Error('Nobody writes');
    const actions = [0, 1].map(() => addAction(first.doc, { title: letters(3) }));
    await first.saved();
    const undo = new Map(
      writers.map((writer) => [
        writer,
        new Y.UndoManager(planRoots(writer.doc).actions, { trackedOrigins: new Set([writer]), captureTimeout: 0 }),
      ]),
    );
    for (let i = 0; i < 300; i++) {
      const writer = random.pick(writers);
      const text = planRoots(writer.doc)
        .actions.get(random.pick(actions))
        ?.get(random.pick(['title', 'body'])) as Y.Text;
      const at = random.below(text.length + 1);
      const dice = random.next();
      if (dice < 0.5) writer.doc.transact(() => text.insert(at, letters(1 + random.below(4))), writer);
      else if (dice < 0.8)
        writer.doc.transact(() => text.delete(at, Math.min(random.below(6), text.length - at)), writer);
      else if (dice < 0.9) undo.get(writer)?.undo();
      else undo.get(writer)?.redo();
      await writer.saved();
      if (random.chance(0.05)) clock.now += 6 * MINUTE;
      else clock.now += 1_000;
    }
    for (const writer of writers) await writer.close();

    const sets = await engine.documents.history(engine.documentId, { limit: 10_000 });
    const doc = new Y.Doc();
    const seen = () =>
      new Set(
        actions.flatMap((id) => [
          ...`${planRoots(doc).actions.get(id)?.get('title')}${planRoots(doc).actions.get(id)?.get('body')}`,
        ]),
      );
    type Tally = Record<'added' | 'deleted' | 'restored', string[]>;
    const oracle = new Map<ChangeSet, Tally>(sets.map((set) => [set, { added: [], deleted: [], restored: [] }]));
    /** Where each letter that stands there now was counted when it came. */
    const counted = new Map<string, string[]>();
    const ever = new Set<string>();
    for (const { seq, kind, bytes, actorId } of rowsOf(engine)) {
      if (kind === 'claim') continue;
      const before = seen();
      Y.applyUpdate(doc, bytes);
      const after = seen();
      const set = sets.find(({ personId, fromSeq, toSeq }) => personId === actorId && fromSeq <= seq && seq <= toSeq);
      const tally = (set && oracle.get(set)) ?? { added: [], deleted: [], restored: [] };
      for (const letter of after) {
        if (before.has(letter)) continue;
        const list = ever.has(letter) ? tally.restored : tally.added;
        list.push(letter);
        counted.set(letter, list);
        ever.add(letter);
      }
      for (const letter of before) {
        if (after.has(letter)) continue;
        const list = counted.get(letter);
        const isOwn = list !== undefined && (list === tally.added || list === tally.restored);
        // What somebody writes and deletes again within a set is in neither.
        if (isOwn) list.splice(list.indexOf(letter), 1);
        else tally.deleted.push(letter);
      }
    }
    expect(sets.length).toBeGreaterThan(10);
    const sorted = (letters: Iterable<string>) =>
      [...letters]
        .filter((letter) => letter >= '\u4e00')
        .sort()
        .join('');
    for (const set of sets.filter(({ personId }) => personId !== null)) {
      const told = (what: keyof Tally) =>
        sorted(
          fieldsOf(set)
            .flatMap((field) => (field.kind === 'text' ? field[what] : []))
            .join(''),
        );
      const tally = oracle.get(set);
      for (const what of ['added', 'deleted', 'restored'] as const)
        expect([what, told(what)]).toEqual([what, sorted(tally?.[what] ?? [])]);
    }
  },
  60_000,
);

/** What a command prints about a document's history. */
async function command({ dataDir }: TestEngine, ...args: string[]) {
  const lines: string[] = [];
  const spies = (['log', 'error'] as const).map((kind) =>
    vi.spyOn(console, kind).mockImplementation((line) => void lines.push(String(line))),
  );
  const status = await run(['history', ...args], { DATA_DIR: dataDir });
  for (const spy of spies) spy.mockRestore();
  return { status, printed: lines.join('\n') };
}

test('the command says it in plain words, with names', async () => {
  const { engine, join } = await start();
  const anna = await join('anna');
  engine.db.sqlite.exec("UPDATE person SET name = 'Anna Kalna' WHERE id = 'anna'");
  const action = addAction(anna.doc, { title: 'Talka', status: 'planned' });
  bodyOf(anna.doc, action).insert(0, 'Visi nāk');
  await anna.close();
  const { status, printed } = await command(engine, engine.documentId);
  expect(status).toBe(0);
  expect(printed).toContain('Anna Kalna, org: 2025-03-01 09:00');
  expect(printed).toContain('action “Talka”, added');
  expect(printed).toContain('body: + Visi nāk');
  expect(printed).toContain('status: nothing → planned');
  const json = await command(engine, engine.documentId, '--json', '--limit', '1');
  expect(JSON.parse(json.printed)).toMatchObject([{ person: 'Anna Kalna', items: [{ title: 'Talka' }] }]);
  expect((await command(engine, 'nothing')).status).toBe(1);
  expect((await command(engine, engine.documentId, '--limit', 'x')).status).toBe(2);
  expect((await command(engine)).status).toBe(2);
});

test('the command prints nothing that a terminal obeys, whoever wrote it', async () => {
  const { engine, join } = await start();
  const anna = await join('anna');
  engine.db.sqlite.prepare("UPDATE person SET name = ? WHERE id = 'anna'").run('Anna\u001b[31m');
  const action = addAction(anna.doc, { title: '\u001b]0;cits\u0007\u001b[31mTalka' });
  bodyOf(anna.doc, action).insert(0, 'Visi\u009b2J \u202enāk\u2066');
  addFunding(anna.doc, action, { source: 'eu' }, 'LEADER\u0000\u007f');
  await anna.close();
  const { printed } = await command(engine, engine.documentId);
  expect(printed).toContain('Anna�[31m, org');
  expect(printed).toContain('action “�]0;cits��[31mTalka”, added');
  expect(printed).toContain('body: + Visi�2J �nāk�');
  expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
  const json = await command(engine, engine.documentId, '--json', '--limit', '1');
  expect(json.printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
  expect(JSON.parse(json.printed)).toMatchObject([{ items: [{ title: '\u001b]0;cits\u0007\u001b[31mTalka' }] }]);
});
