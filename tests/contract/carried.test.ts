import { expect, onTestFailed, test } from 'vitest';
import * as Y from 'yjs';
import { AuthorIndex, DEFAULT_THRESHOLDS, planAuthorship } from '#domain/authorship.ts';
import { planRoots, presentItems } from '#domain/plan/read.ts';
import { verifyLedger } from '#server/documents/ledger/verify.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { countLetters, OF_NOBODY, textsOf } from '../support/letters.ts';
import { look, stateOf } from '../support/plan-authors.ts';
import { PlanMover } from '../support/plan-mover.ts';
import { planContent, wronglyCredited } from '../support/plan-writer.ts';
import { Random } from '../support/random.ts';
import { COORDINATOR } from '../support/shared-action.ts';
import { seedClientIds } from '../support/seeded-ids.ts';

// Whatever people move and undo, and the server copies and brings back, within and between two documents and across
// restarts: everybody keeps what they wrote, and nobody gains by it.
const SEEDS = process.env.SEED
  ? process.env.SEED.split(',').map(Number)
  : [1, 2, 3, 4, 5, 6, 7, 8, Date.now() % 1_000_000];
const STEPS = Number(process.env.STEPS ?? 250);

/** The server copies something, or brings something back. */
async function pressButton(random: Random, engine: TestEngine, ids: readonly string[], states: Map<string, Y.Doc[]>) {
  const { documents } = engine;
  const to = random.pick(ids);
  const choice = random.below(10);
  if (choice < 2) {
    states.get(to)?.push(await stateOf(engine, to));
  } else if (choice < 4) {
    await documents.copy(
      to,
      COORDINATOR,
      (edit) => {
        const items = Array.from(presentItems(planRoots(edit.source).actions), ([, item]) => item);
        if (items.length > 0 && planRoots(edit.doc).actions.size < 8) {
          edit.copyItem(random.pick(items), planRoots(edit.doc).actions, { goal: null });
        }
      },
      random.pick(ids),
    );
  } else if (choice < 6) {
    await documents.copy(
      to,
      COORDINATOR,
      (edit) => {
        const from = random.pick(textsOf(edit.source));
        const target = random.pick(textsOf(edit.doc));
        const start = random.below(from.length + 1);
        target.insert(random.below(target.length + 1), random.pick([...OF_NOBODY]));
        edit.copyText(from, target, {
          start: Math.min(start, from.length),
          end: Math.min(from.length, start + random.below(50)),
          at: random.below(target.length + 1),
        });
      },
      random.pick(ids),
    );
  } else {
    const past = random.pick(states.get(to) ?? []);
    const actions = [...planRoots(past).actions.keys()];
    const path = [
      [],
      ['meta', 'title'],
      ...actions.flatMap((id) => [
        ['actions', id],
        ['actions', id, 'body'],
      ]),
    ];
    await documents.bringBack(to, COORDINATOR, past, random.pick(path));
  }
}

test.each(SEEDS)('P, M, K, B: everybody keeps what they wrote (seed %i)', { timeout: 120_000 }, async (seed) => {
  onTestFailed(() => {
    process.stdout.write(`carried: SEED=${seed} STEPS=${STEPS}\n`);
  });
  const [one, same] = [0, 1].map(() => {
    seedClientIds(seed);
    return new Y.Doc().clientID;
  });
  expect(one, 'client ids follow from the seed').toBe(same);
  const random = new Random(seed);
  const engine = await startEngine();
  const next = await engine.documents.createPlan({ workspaceId: 'workspace', year: 2026, title: '' });
  const ids = [engine.documentId, next];
  const states = new Map(ids.map((id) => [id, [] as Y.Doc[]]));
  for (const id of ids) states.get(id)?.push(await stateOf(engine, id));
  const contributed = new Map(ids.map((id) => [id, new Set<string>()]));
  const people: [person: string, organisation: string][] = [
    ['anna', 'pagasts'],
    ['juris', 'pagasts'],
    ['ieva', 'biedriba'],
    ['marta', 'biedriba'],
    // Never types.
    ['zane', 'biedriba'],
  ];
  const join = () =>
    Promise.all(
      people.map(async ([person, organisation]) => {
        engine.people.set(person, 'editor', organisation);
        return [person, await PlanMover.join(random, engine.documents, ids, person, organisation)] as const;
      }),
    );
  let movers = await join();
  const leave = async () => {
    for (const [person, mover] of movers) {
      await mover.close();
      for (const id of mover.contributed) contributed.get(id)?.add(person);
    }
  };

  for (let step = 1; step <= STEPS; step++) {
    const [, mover] = random.pick(movers);
    await mover.step();
    if (random.chance(0.3)) for (const [, each] of movers) await each.saved();
    if (random.chance(0.08)) await pressButton(random, engine, ids, states);
    if (step % 80 === 0) {
      await leave();
      await engine.restart();
      if (step === 160) people[3] = ['marta', 'ciems'];
      movers = await join();
    }
  }
  await leave();

  for (const id of ids) {
    await look(
      engine,
      (doc, index) => {
        expect(wronglyCredited(doc, index)).toEqual([]);
        expect(charactersByAuthor(doc, index)).toEqual(lettersByAuthor(doc));
      },
      id,
    );
    const contributors = await engine.documents.contributors(id);
    expect([...contributors].sort()).toEqual([...(contributed.get(id) ?? [])].sort());
    expect((await verifyLedger(engine.db.sqlite, id)).problems).toEqual([]);
    // As it was, when it is loaded anew.
    const content = await look(engine, planContent, id);
    await engine.restart();
    expect(await look(engine, planContent, id)).toBe(content);
  }
});

/** As the Authors page counts. */
function charactersByAuthor(doc: Y.Doc, index: AuthorIndex): Record<string, number> {
  const { actions, frame } = planAuthorship(doc, index, DEFAULT_THRESHOLDS);
  const counts: Record<string, number> = {};
  for (const { person, organisation, characters } of [
    ...[...actions.values()].flatMap((each) => each.tallies),
    ...frame,
  ]) {
    const author = `${person}/${organisation}`;
    if (characters > 0) counts[author] = (counts[author] ?? 0) + characters;
  }
  return counts;
}

/** The same, told by the letters. */
function lettersByAuthor(doc: Y.Doc): Record<string, number> {
  const { nobody: _, ...counts } = countLetters(...Object.values(planRoots(doc)));
  return counts;
}
