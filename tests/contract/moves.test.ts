import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { startEngine } from '../support/engine.ts';
import { inOneUpdate } from '../support/in-one-update.ts';
import { actionText, look, words } from '../support/plan-authors.ts';

// SPEC.md, "What people carry": cut and paste.

const WORDS = 'Savākt visus atkritumus gar Daugavas krastu';
const MINUTE = 60_000;

/**
 * Anna's action with words by Juris at the end of its description, another one, and Ieva, who moves what they wrote.
 */
async function start() {
  let time = 1_000_000;
  const engine = await startEngine({ now: () => time });
  for (const person of ['anna', 'juris', 'ieva']) engine.people.set(person);
  const join = (personId: string, documentId = engine.documentId) =>
    engine.documents.join(documentId, { personId, organisationId: personId });
  const anna = await join('anna');
  const action = addAction(anna.doc, { title: 'Talka' });
  const other = addAction(anna.doc, { title: 'Svētki' });
  actionText(anna.doc, action, 'body').insert(0, WORDS);
  await anna.saved();
  const juris = await join('juris');
  actionText(juris.doc, action, 'body').insert(WORDS.length, ', arī ciemā');
  await juris.saved();
  const ieva = await join('ieva');
  const body = actionText(ieva.doc, action, 'body');
  const target = actionText(ieva.doc, other, 'body');
  const whole = `${WORDS}, arī ciemā`;
  /** Whose the words of a description are on the server. */
  const shown = async (id = other, documentId = engine.documentId) => {
    await ieva.saved();
    return look(engine, (doc, index) => words(actionText(doc, id, 'body'), index), documentId);
  };
  const contributors = async (documentId = engine.documentId) =>
    [...(await engine.documents.contributors(documentId))].sort();
  const later = (ms: number) => (time += ms);
  return { engine, join, anna, juris, ieva, action, other, body, target, whole, shown, contributors, later };
}

const CARRIED = [
  [WORDS, 'anna'],
  [', arī ciemā', 'juris'],
  ['\n', 'anna'],
];

test('M1: what is cut and pasted into another action stays its authors’, and whoever moved it contributed nothing', async () => {
  const { body, target, whole, shown, contributors } = await start();
  body.delete(0, whole.length);
  target.insert(0, whole);
  expect(await shown()).toEqual(CARRIED);
  expect(await contributors()).toEqual(['anna', 'juris']);
});

test('M1: in another format, with white space around it, it still is no contribution', async () => {
  const { body, target, whole, shown, contributors } = await start();
  body.delete(0, whole.length);
  target.applyDelta([
    { insert: '\n ' },
    { insert: whole.slice(0, 12), attributes: { bold: true } },
    { insert: whole.slice(12), attributes: { italic: true } },
    { insert: '\n', attributes: { block: 'bullet' } },
  ]);
  expect(await shown()).toEqual([
    [`\n ${WORDS}`, 'anna'],
    [', arī ciemā\n', 'juris'],
    ['\n', 'anna'],
  ]);
  expect(await contributors()).toEqual(['anna', 'juris']);
});

test('M1: dragged within one text, in one update, it is its authors’', async () => {
  const { ieva, body, action, whole, shown } = await start();
  ieva.doc.transact(() => {
    body.insert(0, 'Pirms. ');
    body.delete(7, whole.length);
    body.insert(0, whole);
  });
  expect(await shown(action)).toEqual([...CARRIED.slice(0, 2), ['Pirms. ', 'ieva'], ['\n', 'anna']]);
});

test('M1: it is told by what was deleted in one go, whatever others wrote in between meanwhile', async () => {
  const { ieva, anna, action, body, target, whole, shown } = await start();
  const offline = new Y.Doc();
  Y.applyUpdate(offline, Y.encodeStateAsUpdate(ieva.doc));
  actionText(offline, action, 'body').delete(0, whole.length);
  actionText(anna.doc, action, 'body').insert(10, 'tiešām ');
  Y.applyUpdate(ieva.doc, Y.encodeStateAsUpdate(offline, Y.encodeStateVector(ieva.doc)));
  await ieva.saved();
  expect(body.toString()).toBe('tiešām \n');
  target.insert(0, whole);
  expect(await shown()).toEqual(CARRIED);
});

test('M2: only at least twenty characters, only by the same person, and only what was inserted at once', async () => {
  const { juris, ieva, other, body, target, shown } = await start();
  body.delete(0, 19);
  target.insert(0, WORDS.slice(0, 19));
  expect(await shown()).toEqual([
    [WORDS.slice(0, 19), 'ieva'],
    ['\n', 'anna'],
  ]);
  target.delete(0, 19);
  await ieva.saved();

  const rest = WORDS.slice(19);
  body.delete(0, rest.length);
  await ieva.saved();
  actionText(juris.doc, other, 'body').insert(0, rest);
  await juris.saved();
  expect(await shown()).toEqual([
    [rest, 'juris'],
    ['\n', 'anna'],
  ]);
  actionText(juris.doc, other, 'body').delete(0, rest.length);
  await juris.saved();

  for (const [at, letter] of [...rest].entries()) {
    target.insert(at, letter);
    await ieva.saved();
  }
  expect(await shown()).toEqual([
    [rest, 'ieva'],
    ['\n', 'anna'],
  ]);
});

test('M2: characters are code points', async () => {
  const { anna, ieva, action, body, target, shown } = await start();
  const faces = (count: number) => '😀😎'.repeat(count / 2);
  actionText(anna.doc, action, 'body').insert(0, `${faces(18)}|${faces(20)}|`);
  await anna.saved();
  await ieva.saved();
  body.delete(0, 18 * 2);
  target.insert(0, faces(18));
  expect(await shown()).toEqual([
    [faces(18), 'ieva'],
    ['\n', 'anna'],
  ]);
  body.delete(1, 20 * 2);
  target.insert(0, faces(20));
  expect(await shown()).toEqual([
    [faces(20), 'anna'],
    [faces(18), 'ieva'],
    ['\n', 'anna'],
  ]);
});

test('M3: the equal part of what is inserted is old, the rest is new', async () => {
  const { body, target, whole, shown, contributors } = await start();
  body.delete(0, whole.length);
  const part = whole.slice(20);
  target.insert(0, `Jauns: ${part}! Un vēl ${WORDS.slice(0, 25)}.`);
  expect(await shown()).toEqual([
    ['Jauns: ', 'ieva'],
    [WORDS.slice(20), 'anna'],
    [', arī ciemā', 'juris'],
    ['! Un vēl ', 'ieva'],
    [WORDS.slice(0, 25), 'anna'],
    ['.', 'ieva'],
    ['\n', 'anna'],
  ]);
  expect(await contributors()).toEqual(['anna', 'ieva', 'juris']);
});

test('M3: what was put in in part and undone is its authors’ whole when more of it is put in', async () => {
  const { ieva, body, other, whole, shown, contributors } = await start();
  const target = actionText(ieva.doc, other, 'body');
  const undo = new Y.UndoManager(target, { trackedOrigins: new Set(['ieva']), captureTimeout: 0 });
  body.delete(0, whole.length);
  // Both sides of the first part are too short to be known by themselves.
  ieva.doc.transact(() => target.insert(0, whole.slice(6, 40)), 'ieva');
  undo.undo();
  target.insert(0, whole.slice(3, 47));
  expect(await shown()).toEqual([
    [WORDS.slice(3), 'anna'],
    [whole.slice(WORDS.length, 47), 'juris'],
    ['\n', 'anna'],
  ]);
  expect(await contributors()).toEqual(['anna', 'juris']);
});

test('M4: what was deleted key by key, in either direction, counts as well', async () => {
  const { ieva, body, target, whole, shown } = await start();
  for (let i = whole.length - 1; i >= 30; i--) {
    body.delete(i, 1);
    await ieva.saved();
  }
  for (let i = 0; i < 30; i++) body.delete(0, 1);
  target.insert(0, whole);
  expect(await shown()).toEqual(CARRIED);
});

test('M5: for ten minutes', async () => {
  const { body, target, whole, shown, later } = await start();
  body.delete(0, whole.length);
  later(10 * MINUTE);
  target.insert(0, whole);
  expect(await shown()).toEqual(CARRIED);
  later(1);
  target.delete(0, whole.length);
  later(10 * MINUTE + 1);
  target.insert(0, whole);
  expect(await shown()).toEqual([
    [whole, 'ieva'],
    ['\n', 'anna'],
  ]);
});

test('M5: into another document of the workspace, one’s own words too; a restart forgets', async () => {
  const { engine, join, anna, juris, ieva, action, whole, shown, contributors } = await start();
  const next = await engine.documents.createPlan({ workspaceId: 'workspace', year: 2026, title: 'Nākamais' });
  const there = await join('anna', next);
  const copy = addAction(there.doc, { title: 'Atkal' });
  await there.saved();
  const writer = await join('juris', next);
  actionText(juris.doc, action, 'body').delete(0, whole.length);
  await juris.saved();
  actionText(writer.doc, copy, 'body').insert(0, whole);
  await writer.saved();
  expect(await shown(copy, next)).toEqual(CARRIED);
  expect(await contributors(next)).toEqual(['anna']);

  actionText(writer.doc, copy, 'body').delete(0, whole.length);
  await writer.saved();
  for (const each of [anna, juris, ieva, there, writer]) await each.close();
  await engine.restart();
  const again = await join('juris', next);
  actionText(again.doc, copy, 'body').insert(0, whole);
  await again.saved();
  expect(await look(engine, (doc, index) => words(actionText(doc, copy, 'body'), index), next)).toEqual([
    [whole, 'juris'],
    ['\n', 'anna'],
  ]);
});

test('M5: not into another workspace', async () => {
  const { engine, join, ieva, body, whole } = await start();
  engine.db.sqlite.exec("INSERT INTO workspace (id, slug, name, created_at) VALUES ('elsewhere', 'cits', 'Cits', 0)");
  const foreign = await engine.documents.createPlan({ workspaceId: 'elsewhere', year: 2025, title: 'Cits' });
  const writer = await join('ieva', foreign);
  const action = addAction(writer.doc, { title: 'Cita' });
  body.delete(0, whole.length);
  await ieva.saved();
  actionText(writer.doc, action, 'body').insert(0, whole);
  await writer.saved();
  expect(await look(engine, (doc, index) => words(actionText(doc, action, 'body'), index), foreign)).toEqual([
    [`${whole}\n`, 'ieva'],
  ]);
});

test('M6: pasted again it is old again; moved on, it still is its first authors’', async () => {
  const { ieva, action, body, target, whole, shown } = await start();
  body.delete(0, whole.length);
  target.insert(0, whole);
  target.insert(0, whole);
  expect(await shown()).toEqual([...CARRIED.slice(0, 2), ...CARRIED]);
  target.delete(0, whole.length);
  await ieva.saved();
  body.insert(0, whole);
  expect(await shown(action)).toEqual(CARRIED);
});

test('M6: moved on without network it still is its first authors’, and what was new there is new', async () => {
  const { ieva, action, other, whole, shown } = await start();
  inOneUpdate(ieva.doc, (copy) => {
    const [from, to] = [actionText(copy, action, 'body'), actionText(copy, other, 'body')];
    const mine = 'Manis paša garie vārdi par talku';
    from.delete(0, whole.length);
    to.insert(0, whole);
    to.delete(0, whole.length);
    from.insert(0, whole);
    to.insert(0, mine);
    to.delete(0, mine.length);
    from.insert(whole.length, mine);
  });
  expect(await shown(action)).toEqual([
    ...CARRIED.slice(0, 2),
    ['Manis paša garie vārdi par talku', 'ieva'],
    ['\n', 'anna'],
  ]);
});

test('M6: undo after a move gives both their authors', async () => {
  const { ieva, action, other, whole, shown } = await start();
  const undo = new Y.UndoManager(planRoots(ieva.doc).actions, { trackedOrigins: new Set(['ieva']), captureTimeout: 0 });
  const [from, to] = [actionText(ieva.doc, action, 'body'), actionText(ieva.doc, other, 'body')];
  ieva.doc.transact(() => from.delete(0, whole.length), 'ieva');
  ieva.doc.transact(() => to.insert(0, whole), 'ieva');
  undo.undo();
  undo.undo();
  expect(await shown(action)).toEqual(CARRIED);
  undo.redo();
  undo.redo();
  expect(await shown()).toEqual(CARRIED);
});

test('M1: words of the server stay nobody’s, and text of many authors keeps each', async () => {
  const { engine, ieva, target, body, shown, whole } = await start();
  const aija = { personId: 'aija', organisationId: null };
  await engine.documents.copy(engine.documentId, aija, ({ doc }) => {
    for (const [id] of planRoots(doc).actions) {
      if (actionText(doc, id, 'title').toString() === 'Talka')
        actionText(doc, id, 'body').insert(7, 'no rīta un vakarā ');
    }
  });
  await ieva.saved();
  const all = body.toString().slice(0, whole.length + 18);
  body.delete(0, all.length);
  target.insert(0, all);
  expect(await shown()).toEqual([
    ['Savākt ', 'anna'],
    ['no rīta un vakarā ', undefined],
    ['visus atkritumus gar Daugavas krastu', 'anna'],
    [', arī ciemā', 'juris'],
    ['\n', 'anna'],
  ]);
});
