import path from 'node:path';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { addGoal, removeGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { FIRST_EPOCH } from '#domain/sync.ts';
import { command } from '../support/command.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';

// Restores from a backup, and who may come back afterwards: rules E1 to E4.

const goals = (doc: Y.Doc) => readPlan(doc).goals.map(({ title }) => title);
const goalsOf = (engine: TestEngine) => engine.documents.read(engine.documentId, goals);
const epochOf = async (engine: TestEngine) => (await engine.documents.epoch(engine.documentId)) ?? '';

/** An engine with a plan of one goal, of which there is a backup, and how to bring that back. */
async function backedUp() {
  const engine = await startEngine();
  engine.people.set('anna');
  engine.people.set('bruno');
  const anna = await engine.connect('anna').synced();
  addGoal(anna.doc, 'Pirms kopijas');
  await until(async () => (await goalsOf(engine))?.length === 1);
  anna.provider.destroy();
  const file = path.join(engine.dataDir, 'copy.sqlite');
  expect(await command(engine.dataDir, 'backup', file)).toMatchObject({ status: 0 });
  const restore = () =>
    engine.restart(async () => {
      expect(await command(engine.dataDir, 'restore', file, '--yes')).toMatchObject({ status: 0 });
    });
  return { engine, restore };
}

test('E3: whoever says another epoch is sent away before anything is exchanged', async () => {
  const { engine, restore } = await backedUp();
  const first = await engine.connect('anna', { params: { epoch: FIRST_EPOCH } }).synced();
  expect(goals(first.doc)).toEqual(['Pirms kopijas']);
  first.provider.destroy();
  await restore();
  for (const epoch of [FIRST_EPOCH, '', 'nonsense', '1']) {
    const socket = engine.socket('anna', { query: `?v=1&epoch=${epoch}` });
    expect(await socket.closed).toEqual({ code: 4409, reason: 'epoch' });
    expect(socket.frames).toEqual([]);
  }
  const again = await engine.connect('anna', { params: { epoch: await epochOf(engine) } }).synced();
  addGoal(again.doc, 'Pēc atjaunošanas');
  await until(async () => (await goalsOf(engine))?.length === 2);
});

test('E4: a client that says no epoch and knows the document from before the restore brings nothing back', async () => {
  const { engine, restore } = await backedUp();
  // Bruno only reads; Anna's new client id is one that the backup does not know.
  const [anna, bruno] = [await engine.connect('anna').synced(), await engine.connect('bruno').synced()];
  addGoal(anna.doc, 'Pēc kopijas');
  await until(() => goals(bruno.doc).length === 2);
  await restore();
  for (const client of [anna, bruno]) expect(await client.closed).toMatchObject({ code: 4409, reason: 'epoch' });
  expect(await goalsOf(engine)).toEqual(['Pirms kopijas']);
  expect(await command(engine.dataDir, 'ledger:verify')).toMatchObject({ status: 0 });
});

test('E4: nor does one that knows no more than deletions since then', async () => {
  const { engine, restore } = await backedUp();
  const [anna, bruno] = [await engine.connect('anna').synced(), await engine.connect('bruno').synced()];
  const [goal] = readPlan(anna.doc).goals;
  const title = anna.doc
    .getMap<Y.Map<unknown>>('goals')
    .get(goal?.id ?? '')
    ?.get('title') as Y.Text;
  title.delete(0, title.length);
  await until(() => goals(bruno.doc).join() === '');
  anna.provider.destroy();
  await restore();
  expect(await bruno.closed).toMatchObject({ code: 4409, reason: 'epoch' });
  expect(await goalsOf(engine)).toEqual(['Pirms kopijas']);
});

test('E4: a client that says no epoch and comes with nothing of the document is let in, and comes back', async () => {
  const { engine, restore } = await backedUp();
  await restore();
  const doc = new Y.Doc();
  addGoal(doc, 'Rakstīts jau iepriekš');
  const anna = await engine.connect('anna', { doc }).synced();
  await until(async () => (await goalsOf(engine))?.length === 2);
  await engine.restart();
  addGoal(anna.doc, 'Bez servera');
  await until(async () => (await goalsOf(engine))?.length === 3);
  // A second restore is another epoch for it as well.
  await restore();
  expect(await anna.closed).toMatchObject({ code: 4409, reason: 'epoch' });
  expect(await goalsOf(engine)).toEqual(['Pirms kopijas']);
});

test('E4: whoever writes without having said what they know is not let in', async () => {
  const { engine, restore } = await backedUp();
  await restore();
  const doc = new Y.Doc();
  doc.getMap('meta').set('x', 1);
  const update = Y.encodeStateAsUpdate(doc);
  const socket = engine.socket('anna');
  await socket.opened;
  socket.ws.send(Uint8Array.from([0, 2, update.length, ...update]));
  expect(await socket.closed).toEqual({ code: 4409, reason: 'epoch' });
  expect(await goalsOf(engine)).toEqual(['Pirms kopijas']);
});

test('E2: after a restore the server writes under the client id of the mark', async () => {
  const { engine, restore } = await backedUp();
  const anna = await engine.connect('anna').synced();
  const spoil = () => anna.doc.getMap<Y.Map<unknown>>('goals').forEach((goal) => goal.set('nonsense', 1));
  const repairs = () => engine.db.sqlite.prepare("SELECT count(*) FROM ledger WHERE kind = 'system'").pluck().get();
  spoil();
  await until(() => repairs() === 2);
  await restore();
  const mark = Number(await epochOf(engine));
  const again = await engine.connect('anna').synced();
  const known = Y.decodeStateVector(Y.encodeStateVector(again.doc));
  expect(known.get(mark)).toBe(1);
  again.doc.getMap<Y.Map<unknown>>('goals').forEach((goal) => goal.set('order', ''));
  await until(() => (Y.decodeStateVector(Y.encodeStateVector(again.doc)).get(mark) ?? 0) > 1);
  const [goal] = readPlan(again.doc).goals;
  removeGoal(again.doc, goal?.id ?? '');
  await until(async () => (await goalsOf(engine))?.length === 0);
});
