import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { AuthorIndex, authoredText } from '#domain/authorship.ts';
import { addAction, setAction } from '#domain/plan/edit.ts';
import { planRoots, type ItemMap } from '#domain/plan/read.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';

const origin = {};

/** Anna's action, and Juris who undoes what he did to it. */
async function start() {
  const engine = await startEngine();
  engine.people.set('anna');
  engine.people.set('juris');
  const join = (personId: string) => engine.documents.join(engine.documentId, { personId, organisationId: personId });
  const anna = await join('anna');
  const action = addAction(anna.doc, { title: 'Talka', status: 'running' });
  await anna.saved();
  const juris = await join('juris');
  const { goals, actions } = planRoots(juris.doc);
  const undo = new Y.UndoManager([goals, actions], { captureTimeout: 0, trackedOrigins: new Set([origin]) });
  const title = () => actions.get(action)?.get('title') as Y.Text;
  return { engine, anna, juris, undo, action, title };
}

async function authorsOfTitle(engine: TestEngine, action: string): Promise<(string | undefined)[][]> {
  const index = new AuthorIndex();
  index.add(await engine.documents.authors(engine.documentId));
  const parts = await engine.documents.read(engine.documentId, (doc) =>
    authoredText(planRoots(doc).actions.get(action)?.get('title') as Y.Text, index),
  );
  return (parts ?? []).map(({ text, author }) => [text, author?.person]);
}

async function authorOfStatus(engine: TestEngine, action: string): Promise<string | undefined> {
  const index = new AuthorIndex();
  index.add(await engine.documents.authors(engine.documentId));
  const author = await engine.documents.read(engine.documentId, (doc) => {
    const item = planRoots(doc).actions.get(action)?._map.get('status');
    return item ? index.of(item.lastId.client, item.lastId.clock) : null;
  });
  return author?.person;
}

test('P1: text that somebody else deleted and brings back is its author’s, every time', async () => {
  const { engine, juris, undo, action, title } = await start();
  juris.doc.transact(() => title().delete(1, 3), origin);
  for (let i = 0; i < 3; i++) {
    undo.undo();
    await juris.saved();
    expect(await authorsOfTitle(engine, action)).toEqual([['Talka', 'anna']]);
    undo.redo();
    await juris.saved();
    expect(await authorsOfTitle(engine, action)).toEqual([['Ta', 'anna']]);
  }
});

test('P1: text that came and went without network is its author’s, also behind what was typed there and went, too', async () => {
  const { engine, juris, action } = await start();
  const offline = new Y.Doc();
  Y.applyUpdate(offline, Y.encodeStateAsUpdate(juris.doc));
  const title = planRoots(offline).actions.get(action)?.get('title') as Y.Text;
  const undo = new Y.UndoManager(title, { captureTimeout: 0, trackedOrigins: new Set([origin]) });
  title.insert(2, 'xy');
  offline.transact(() => title.delete(4, 3), origin);
  undo.undo();
  expect(title.toString()).toBe('Taxylka');
  undo.redo();
  title.delete(2, 2);
  undo.undo();
  Y.applyUpdate(juris.doc, Y.encodeStateAsUpdate(offline, Y.encodeStateVector(juris.doc)));
  await juris.saved();
  expect(await authorsOfTitle(engine, action)).toEqual([['Talka', 'anna']]);
});

test('P1: throw-away text beside a letter does not choose whose letter it is', async () => {
  const { engine, juris, action, title } = await start();
  juris.doc.transact(() => title().delete(0, 5), origin);
  await juris.saved();
  const { clientID, store } = juris.doc;
  const next = () => Y.createID(clientID, Y.getState(store, clientID));
  juris.doc.transact((transaction) => {
    const text = title();
    const gone = text._start as Y.Item;
    let left: Y.Item | null = gone.left;
    const put = (before: Y.Item | null, behind: Y.Item, words: string) => {
      const item = new Y.Item(
        next(),
        before,
        before && before.lastId,
        behind,
        behind.id,
        text,
        null,
        new Y.ContentString(words),
      );
      item.integrate(transaction, 0);
      return item;
    };
    // Each letter stands before a thing that only seems to be Anna's letter of that place, restored and deleted again.
    for (const letter of 'lak') {
      const rest = put(left, gone, 'z'.repeat('Talka'.indexOf(letter)));
      const same = put(rest, gone, 'z');
      put(rest, same, letter);
      rest.delete(transaction);
      same.delete(transaction);
      left = same;
    }
  });
  await juris.saved();
  expect(await authorsOfTitle(engine, action)).toEqual([['lak', 'juris']]);
});

test('P1: nor does it in front of a letter, before what was deleted', async () => {
  const { engine, juris, action, title } = await start();
  juris.doc.transact(() => title().delete(0, 5), origin);
  juris.doc.transact(() => {
    title().insert(0, 'zzk');
    title().delete(0, 2);
  });
  await juris.saved();
  expect(await authorsOfTitle(engine, action)).toEqual([['k', 'juris']]);
});

test('what is typed anew in the same place is the typist’s', async () => {
  const { engine, juris, action, title } = await start();
  juris.doc.transact(() => title().delete(0, 5), origin);
  juris.doc.transact(() => title().insert(0, 'Diena'), origin);
  await juris.saved();
  expect(await authorsOfTitle(engine, action)).toEqual([['Diena', 'juris']]);
});

test('P2 and P3: an item whose map was deleted comes back with its texts and fields, and text deleted before that too', async () => {
  const { engine, juris, undo, action, title } = await start();
  juris.doc.transact(() => title().insert(5, ' ciemā'), origin);
  juris.doc.transact(() => title().delete(0, 3), origin);
  juris.doc.transact(() => planRoots(juris.doc).actions.delete(action), origin);
  await juris.saved();
  undo.undo();
  await juris.saved();
  expect(await authorsOfTitle(engine, action)).toEqual([
    ['ka', 'anna'],
    [' ciemā', 'juris'],
  ]);
  expect(await authorOfStatus(engine, action)).toBe('anna');
  undo.undo();
  await juris.saved();
  expect(await authorsOfTitle(engine, action)).toEqual([
    ['Talka', 'anna'],
    [' ciemā', 'juris'],
  ]);
});

test('P2: whoever sets somebody’s action anew with its letters in another order wrote that', async () => {
  const { engine, anna, juris, action } = await start();
  const titleOf = (doc: Y.Doc) => planRoots(doc).actions.get(action)?.get('title') as Y.Text;
  titleOf(anna.doc).insert(5, ': pie upes, zirgi un darzi, putni un lauki.');
  await anna.saved();
  await expect.poll(() => titleOf(juris.doc).length).toBe(48);
  juris.doc.transact(() => {
    const copy: ItemMap = new Y.Map();
    planRoots(juris.doc).actions.set(action, copy);
    copy.set('title', new Y.Text('zili lini un dzen upi'));
  });
  await juris.saved();
  expect(await authorsOfTitle(engine, action)).toEqual([['zili lini un dzen upi', 'juris']]);
});

test('P6: words of the server that somebody deletes and brings back stay nobody’s', async () => {
  const { engine, juris } = await start();
  const title = planRoots(juris.doc).meta.get('title') as Y.Text;
  const undo = new Y.UndoManager(title, { trackedOrigins: new Set([origin]) });
  juris.doc.transact(() => title.delete(0, 5), origin);
  undo.undo();
  await juris.saved();
  const index = new AuthorIndex();
  index.add(await engine.documents.authors(engine.documentId));
  const parts = await engine.documents.read(engine.documentId, (doc) =>
    authoredText(planRoots(doc).meta.get('title') as Y.Text, index),
  );
  expect(parts).toEqual([{ text: 'Plāns', author: null }]);
});

test('P4: a field set back is its author’s', async () => {
  const { engine, juris, undo, action } = await start();
  setAction(juris.doc, action, { status: 'done' }, origin);
  await juris.saved();
  expect(await authorOfStatus(engine, action)).toBe('juris');
  undo.undo();
  await juris.saved();
  expect(await authorOfStatus(engine, action)).toBe('anna');
});

test('P4: also after many other values, and as one of several values at once', async () => {
  const { engine, juris, action } = await start();
  for (let i = 0; i < 20; i++) setAction(juris.doc, action, { status: i % 2 ? 'done' : 'postponed' });
  setAction(juris.doc, action, { status: 'running' });
  await juris.saved();
  expect(await authorOfStatus(engine, action)).toBe('anna');
  const item = planRoots(juris.doc).actions.get(action) as ItemMap;
  const left = item._map.get('status') as Y.Item;
  juris.doc.transact((transaction) => {
    const id = Y.createID(juris.doc.clientID, Y.getState(juris.doc.store, juris.doc.clientID));
    const content = new Y.ContentAny(['cancelled', 'running']);
    new Y.Item(id, left, left.lastId, null, null, item, 'status', content).integrate(transaction, 0);
  });
  await juris.saved();
  expect(item.get('status')).toBe('running');
  expect(await authorOfStatus(engine, action)).toBe('anna');
  setAction(juris.doc, action, { status: 'done' });
  setAction(juris.doc, action, { status: 'cancelled' });
  await juris.saved();
  expect(await authorOfStatus(engine, action)).toBe('juris');
});

test('what comes back is still credited after the document was closed and opened', async () => {
  const { engine, anna, juris, undo, action, title } = await start();
  juris.doc.transact(() => title().delete(0, 5), origin);
  await juris.saved();
  await anna.close();
  undo.undo();
  await juris.close();
  await engine.restart();
  expect(await authorsOfTitle(engine, action)).toEqual([['Talka', 'anna']]);
});
