import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { AuthorIndex, authoredText } from '#domain/authorship.ts';
import { addAction, addFunding, removeAction, restoreAction } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { copiedItems, planContent } from '../support/plan-writer.ts';

// What the app removes it never deletes: whatever is undone, whenever it arrives, there is one action and not two.

const UNDO = {};

/** Somebody without network: a document, and what is written in it, change by change. */
class Offline {
  readonly doc = new Y.Doc();
  readonly written: Uint8Array[] = [];
  readonly history: Y.UndoManager;

  constructor(state: Uint8Array) {
    Y.applyUpdate(this.doc, state, 'kept');
    this.history = new Y.UndoManager(Object.values(planRoots(this.doc)) as Y.Map<unknown>[], {
      trackedOrigins: new Set([UNDO]),
      captureTimeout: 0,
    });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'kept') this.written.push(update);
    });
  }

  text(action: string, name: 'title' | 'body'): Y.Text {
    return planRoots(this.doc).actions.get(action)?.get(name) as Y.Text;
  }

  type(action: string, name: 'title' | 'body', at: number, words: string): void {
    this.doc.transact(() => this.text(action, name).insert(at, words), UNDO);
  }
}

/** All ways in which what two people wrote can arrive, each one's own in its order. */
function interleavings<T>(a: readonly T[], b: readonly T[]): T[][] {
  const [first, ...restA] = a;
  const [second, ...restB] = b;
  if (first === undefined || second === undefined) return [[...a, ...b]];
  return [
    ...interleavings(restA, b).map((rest) => [first, ...rest]),
    ...interleavings(a, restB).map((rest) => [second, ...rest]),
  ];
}

async function authorsOf(engine: TestEngine, action: string, name: 'title' | 'body') {
  const message = await engine.documents.authors(engine.documentId);
  const index = new AuthorIndex();
  index.add(message);
  const parts = await engine.documents.read(engine.documentId, (doc) =>
    authoredText(planRoots(doc).actions.get(action)?.get(name) as Y.Text, index),
  );
  return { ranges: message.ranges, parts: parts?.map(({ text, author }) => [text, author?.person]) };
}

/** Anna's action, with which Juris, Ieva and the server are to do something. */
async function start() {
  const engine = await startEngine();
  const join = (personId: string) => engine.documents.join(engine.documentId, { personId, organisationId: personId });
  const anna = await join('anna');
  const action = addAction(anna.doc, { title: 'Talka', status: 'running' });
  await anna.saved();
  return { engine, join, action, state: Y.encodeStateAsUpdate(anna.doc) };
}

test('P5: in whatever order undo of a removal and typing reach the server, all have one plan and every word its author', async () => {
  // Which changes arrive between which: of Juris the removal, its undo, its redo and its undo; of Ieva two.
  const ways = interleavings(['juris', 'juris', 'juris', 'juris'], ['ieva', 'ieva']);
  expect(ways).toHaveLength(15);
  const results = new Set<string>();
  for (const way of ways) {
    const { engine, join, action, state } = await start();
    const juris = new Offline(state);
    juris.type(action, 'body', 0, 'Visi nāk. ');
    removeAction(juris.doc, action, UNDO);
    juris.history.undo();
    juris.history.redo();
    juris.history.undo();
    const ieva = new Offline(state);
    ieva.type(action, 'title', 5, ' mežā');
    ieva.type(action, 'body', 0, 'Būs zupa. ');
    addFunding(ieva.doc, action, { cents: 500 }, 'Zupai', UNDO);

    const servers = { juris: await join('juris'), ieva: await join('ieva') };
    const [typed = new Uint8Array(), ...removal] = juris.written;
    Y.applyUpdate(servers.juris.doc, typed);
    const [title = typed, ...others] = ieva.written;
    const waiting = { juris: removal, ieva: [title, Y.mergeUpdates(others)] };
    expect(waiting.juris).toHaveLength(4);
    for (const who of way as ('juris' | 'ieva')[]) {
      Y.applyUpdate(servers[who].doc, waiting[who].shift() ?? new Uint8Array());
      await servers[who].saved();
    }
    // Each of them learns last what the other one did.
    for (const update of ieva.written) Y.applyUpdate(juris.doc, update, 'kept');
    for (const update of juris.written) Y.applyUpdate(ieva.doc, update, 'kept');
    for (const writer of Object.values(servers)) await writer.close();
    await engine.restart();

    const stored = await engine.documents.read(engine.documentId, planContent);
    const reader = await join('reader');
    for (const doc of [juris.doc, ieva.doc, reader.doc]) expect(planContent(doc)).toBe(stored);
    await reader.close();
    const view = await engine.documents.read(engine.documentId, readPlan);
    expect(view?.actions).toMatchObject([{ id: action, title: 'Talka mežā', status: 'running', funding: [{}] }]);
    expect((await authorsOf(engine, action, 'title')).parts).toEqual([
      ['Talka', 'anna'],
      [' mežā', 'ieva'],
    ]);
    const { parts, ranges } = await authorsOf(engine, action, 'body');
    expect(parts?.map(([, person]) => person).sort()).toEqual(['anna', 'ieva', 'juris']);
    // Nothing came back as a copy: every word is still under the id of whoever typed it.
    expect(ranges).toEqual([]);
    expect(await engine.documents.read(engine.documentId, copiedItems)).toEqual([]);
    results.add(`${view?.actions[0]?.title} ${parts?.length}`);
  }
  expect(results.size).toBe(1);
}, 60_000);

test('P5: whoever only removes and brings back contributes nothing, whosever the item is', async () => {
  const { engine, join, action } = await start();
  const flags = () =>
    engine.db.sqlite
      .prepare<[], { all: number; credited: number }>(
        `SELECT sum(length) AS "all", count(person_id) AS credited FROM provenance WHERE reason = 'removal'`,
      )
      .get();
  const before = flags()?.all ?? 0;
  expect(before).toBeGreaterThan(0);
  const juris = await join('juris');
  removeAction(juris.doc, action);
  await juris.saved();
  restoreAction(juris.doc, action);
  await juris.close();
  expect(flags()).toEqual({ all: before + 2, credited: 0 });
  expect([...(await engine.documents.contributors(engine.documentId))]).toEqual(['anna']);
});

test('P5, P6: a format that comes right after a removal, in one update, is whose who sets it', async () => {
  const { engine, join, action, state } = await start();
  const flags = () =>
    engine.db.sqlite.prepare(`SELECT sum(length) AS "all" FROM provenance WHERE reason = 'removal'`).get() as {
      all: number;
    };
  const before = flags().all;
  const juris = new Offline(state);
  removeAction(juris.doc, action, UNDO);
  juris.doc.transact(() => juris.text(action, 'title').format(0, 5, { bold: true }), UNDO);
  const writer = await join('juris');
  Y.applyUpdate(writer.doc, Y.mergeUpdates(juris.written));
  await writer.close();
  expect(flags().all).toBe(before + 1);
  expect([...(await engine.documents.contributors(engine.documentId))].sort()).toEqual(['anna', 'juris']);
});

test('two remove one action; it is back when both have taken that back, or when one says so', async () => {
  const { engine, join, action, state } = await start();
  const [anna, juris] = [new Offline(state), new Offline(state)];
  for (const one of [anna, juris]) removeAction(one.doc, action, UNDO);
  const writers = [await join('anna'), await join('juris')] as const;
  const exchange = async () => {
    for (const [i, one] of [anna, juris].entries()) {
      for (const update of one.written.splice(0)) Y.applyUpdate(writers[i]?.doc ?? one.doc, update);
      await writers[i]?.saved();
    }
    for (const one of [anna, juris]) Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(writers[0].doc), 'kept');
  };
  const count = () => engine.documents.read(engine.documentId, (doc) => readPlan(doc).actions.length);
  await exchange();
  expect(await count()).toBe(0);
  anna.history.undo();
  juris.history.undo();
  await exchange();
  expect(await count()).toBe(1);
  expect(readPlan(anna.doc)).toEqual(readPlan(juris.doc));
  for (const writer of writers) await writer.close();
});

test('undo of what I added hides what others wrote into it, and redo brings all of it back', async () => {
  const { engine, join, state } = await start();
  const anna = new Offline(state);
  const action = addAction(anna.doc, { title: 'Jauna' }, {}, UNDO);
  const [annas, juris] = [await join('anna'), await join('juris')] as const;
  const send = async () => {
    for (const update of anna.written.splice(0)) Y.applyUpdate(annas.doc, update);
    await annas.saved();
  };
  await send();
  (planRoots(juris.doc).actions.get(action)?.get('body') as Y.Text).insert(0, 'Jura vārdi');
  await juris.saved();
  anna.history.undo();
  await send();
  const titles = () =>
    engine.documents.read(engine.documentId, (doc) => readPlan(doc).actions.map(({ title }) => title));
  expect(await titles()).toEqual(['Talka']);
  anna.history.redo();
  await send();
  expect(await titles()).toEqual(['Talka', 'Jauna']);
  expect(await authorsOf(engine, action, 'body')).toEqual({
    ranges: [],
    parts: [
      ['Jura vārdi', 'juris'],
      ['\n', 'anna'],
    ],
  });
  expect(readPlan(juris.doc)).toEqual(await engine.documents.read(engine.documentId, readPlan));
  for (const writer of [annas, juris]) await writer.close();
});
