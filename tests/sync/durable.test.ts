import Database from 'better-sqlite3';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { addGoal } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import type { TestClient } from '../support/clients.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import * as frames from '../support/frames.ts';

/** Another process that writes: nobody else can. Returns how it lets go. */
function lock(engine: TestEngine): () => void {
  const other = new Database(path.join(engine.dataDir, 'kopplans.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  return () => {
    other.exec('ROLLBACK');
    other.close();
  };
}

/** How the server will end somebody's connection. */
function closeCodeOf({ provider }: TestClient): Promise<number | undefined> {
  return new Promise((resolve) =>
    provider.once('connection-close', (event: { code: number } | null) => resolve(event?.code)),
  );
}

const goalsOf = (doc: Y.Doc) => readPlan(doc).goals.map((goal) => goal.title);

test('L1, L5: nothing is shown before it is durable', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris', 'ieva']) engine.people.set(person);
  const anna = await engine.connect('anna', { params: { v: '1' } }).synced();
  const juris = await engine.connect('juris', { params: { v: '1' } }).synced();
  addGoal(anna.doc, 'Pirms');
  await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms']));
  await until(() => juris.provider.awareness.getStates().has(anna.doc.clientID));
  const socket = engine.socket('ieva');
  await socket.opened;
  const answers = (step: number) => socket.frames.filter((frame) => frame[0] === 0 && frame[1] === step).length;
  await until(() => expect(answers(0)).toBe(1));
  const told = juris.extra.length;
  const acknowledged = anna.extra.filter(({ type }) => type === 100).length;

  const release = lock(engine);
  addGoal(anna.doc, 'Vēl nav');
  // Frames are handled in order: once this is seen, the edit has been received.
  anna.provider.awareness.setLocalState({ focus: { item: 'after', field: 'edit' } });
  await until(() => expect(juris.provider.awareness.getStates().get(anna.doc.clientID)?.focus).toBeTruthy());
  socket.ws.send(frames.step1());
  socket.ws.send(frames.queryAwareness());
  await until(() => socket.frames.some((frame) => frame[0] === 1 && frame.length > 10));

  expect(goalsOf(juris.doc)).toEqual(['Pirms']);
  expect(answers(1)).toBe(0);
  expect(await engine.documents.read(engine.documentId, goalsOf)).toEqual(['Pirms']);
  expect(juris.extra).toHaveLength(told);
  expect(anna.extra.filter(({ type }) => type === 100)).toHaveLength(acknowledged);
  // Pages and presence go on meanwhile, on the same process.
  anna.provider.awareness.setLocalState({ focus: { item: 'still', field: 'here' } });
  await until(() =>
    expect(juris.provider.awareness.getStates().get(anna.doc.clientID)?.focus).toMatchObject({ item: 'still' }),
  );
  expect(goalsOf(juris.doc)).toEqual(['Pirms']);

  release();
  await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms', 'Vēl nav']));
  await until(() => expect(answers(1)).toBe(1));
  expect(await engine.documents.read(engine.documentId, goalsOf)).toEqual(['Pirms', 'Vēl nav']);
  await until(() => expect(anna.extra.filter(({ type }) => type === 100).length).toBeGreaterThan(acknowledged));
});

test('L5: somebody new is not shown before their client id is durably theirs', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const juris = await engine.connect('juris').synced();
  await until(() =>
    expect(engine.db.sqlite.prepare("SELECT 1 FROM claim WHERE person_id = 'juris'").get()).toBeTruthy(),
  );
  const socket = engine.socket('anna');
  await socket.opened;
  socket.ws.send(frames.step1());
  await until(() => socket.frames.some((frame) => frame[0] === 0 && frame[1] === 1));
  const release = lock(engine);
  socket.ws.send(frames.awareness(4711, 1, {}));
  socket.ws.send(frames.update(Y.encodeStateAsUpdate(new Y.Doc())));
  const seen = socket.frames.length;
  socket.ws.send(frames.queryAwareness());
  await until(() => socket.frames.length > seen);
  expect(juris.provider.awareness.getStates().has(4711)).toBe(false);
  release();
  await until(() => juris.provider.awareness.getStates().has(4711));
});

describe('a document that cannot be stored', () => {
  test('L8: is not one whose derived tables already have a row', async () => {
    const engine = await startEngine();
    for (const person of ['anna', 'juris']) engine.people.set(person);
    const anna = await engine.connect('anna').synced();
    const juris = await engine.connect('juris').synced();
    const goal = addGoal(anna.doc, 'Atgriežas');
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Atgriežas']));
    // As if an earlier version had written more than this one: every id of Anna's is there already.
    const fill = (table: string, columns: string, values: string) =>
      engine.db.sqlite
        .prepare(
          `WITH RECURSIVE clock (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM clock WHERE n < 300)
           INSERT OR IGNORE INTO ${table} (document_id, client_id, clock, length, ${columns}) SELECT ?, ?, n, 1, ${values} FROM clock`,
        )
        .run(engine.documentId, anna.doc.clientID);
    fill('provenance', 'person_id, organisation_id, reason', `'anna', 'org', 'undo'`);
    fill('deleted_text', 'text', `'{"kind":"text","text":"x","by":null}'`);
    const undo = new Y.UndoManager(planRoots(anna.doc).goals);
    anna.doc.transact(() => planRoots(anna.doc).goals.delete(goal));
    await until(() => expect(goalsOf(juris.doc)).toEqual([]));
    undo.undo();
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Atgriežas']));
    addGoal(anna.doc, 'Vēl');
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Atgriežas', 'Vēl']));
  });

  test('L8: is not one whose memory of deletions cannot be read', async () => {
    const engine = await startEngine();
    for (const person of ['anna', 'juris']) engine.people.set(person);
    const anna = await engine.connect('anna').synced();
    const juris = await engine.connect('juris').synced();
    const goal = addGoal(anna.doc, 'Atgriežas');
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Atgriežas']));
    const undo = new Y.UndoManager(planRoots(anna.doc).goals);
    anna.doc.transact(() => planRoots(anna.doc).goals.delete(goal));
    await until(() => expect(goalsOf(juris.doc)).toEqual([]));
    expect(engine.db.sqlite.prepare("UPDATE deleted_text SET text = '{broken'").run().changes).toBeGreaterThan(0);
    undo.undo();
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Atgriežas']));
  });

  test('L6: is dropped alone, nothing of it was shown, and its clients come back with it', async () => {
    const engine = await startEngine();
    for (const person of ['anna', 'juris', 'ieva']) engine.people.set(person);
    const other = await engine.documents.createPlan({ workspaceId: 'workspace', year: 2026, title: 'Cits' });
    const writer = await engine.documents.join(other, { personId: 'ieva', organisationId: 'org' });
    const anna = await engine.connect('anna').synced();
    const juris = await engine.connect('juris').synced();
    addGoal(anna.doc, 'Pirms');
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms']));

    engine.db.sqlite.exec(`CREATE TRIGGER full BEFORE INSERT ON ledger WHEN NEW.document_id = '${engine.documentId}'
      AND NEW.kind = 'edit' BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    const closed = closeCodeOf(juris);
    addGoal(anna.doc, 'Nav vietas');
    expect(await closed).toBe(1011);
    expect(engine.documents.load().storing).toBe(false);
    addGoal(writer.doc, 'Citur var');
    await writer.saved();
    expect(await engine.documents.read(other, goalsOf)).toEqual(['Citur var']);
    expect(await engine.documents.read(engine.documentId, goalsOf)).toEqual(['Pirms']);
    expect(goalsOf(juris.doc)).toEqual(['Pirms']);

    engine.db.sqlite.exec('DROP TRIGGER full');
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms', 'Nav vietas']), 20_000);
    expect(engine.documents.load().storing).toBe(true);
    await writer.close();
  });

  test('L6: when the disk is full everybody is told, and what they wrote is stored when there is room again', async () => {
    const engine = await startEngine();
    for (const person of ['anna', 'juris']) engine.people.set(person);
    const anna = await engine.connect('anna').synced();
    const juris = await engine.connect('juris').synced();
    addGoal(anna.doc, 'Pirms');
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms']));

    const full = engine.db.sqlite.pragma('page_count', { simple: true });
    engine.db.sqlite.pragma(`max_page_count = ${Number(full)}`);
    const closed = closeCodeOf(juris);
    const after = Array.from({ length: 300 }, (_, i) => `Pēc tam ${i}`);
    for (const goal of after) addGoal(anna.doc, goal);
    expect(await closed).toBe(1011);
    expect(engine.documents.load().storing).toBe(false);
    const stored = await engine.documents.read(engine.documentId, goalsOf);
    expect(stored?.length).toBeLessThan(after.length);
    expect(goalsOf(juris.doc)).toEqual(stored);

    engine.db.sqlite.pragma('max_page_count = 1000000');
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms', ...after]), 20_000);
    expect(engine.documents.load().storing).toBe(true);
  });
});

test('N12: an end waits until what has come is safe and says so, then sends everybody away, and takes nobody in', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  const anna = engine.socket('anna', { query: '?v=1' });
  await anna.opened;
  const release = lock(engine);
  const doc = new Y.Doc();
  addGoal(doc, 'Pēdējais');
  anna.ws.send(frames.update(Y.encodeStateAsUpdate(doc)));
  // The claim of her client id and the goal itself.
  await until(() => expect(engine.documents.load().pendingRows).toBe(2));
  const end = engine.documents.close();
  expect(await engine.socket('anna').status).toBe(503);
  const said = () => anna.frames.flatMap((frame) => (frame[0] === 100 ? [Buffer.from(frame).toString()] : []));
  expect(said()).toEqual([]);
  release();
  expect(await anna.closed).toEqual({ code: 1012, reason: 'restart' });
  expect(said()).toEqual([expect.stringContaining('{"frames":1}')]);
  await end;
  await engine.restart();
  expect(await engine.documents.read(engine.documentId, goalsOf)).toEqual(['Pēdējais']);
});

test('L9: an end does not wait for ever for another process that writes, and nothing acknowledged is lost', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const anna = await engine.connect('anna').synced();
  const juris = await engine.connect('juris').synced();
  addGoal(anna.doc, 'Pirms');
  await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms']));
  const release = lock(engine);
  addGoal(anna.doc, 'Beigās');
  anna.provider.awareness.setLocalState({ focus: { item: 'after', field: 'edit' } });
  await until(() => expect(juris.provider.awareness.getStates().get(anna.doc.clientID)?.focus).toBeTruthy());
  await engine.documents.close();
  expect(goalsOf(juris.doc)).toEqual(['Pirms']);
  release();
  await engine.restart();
  await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms', 'Beigās']), 20_000);
}, 30_000);
