import path from 'node:path';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { DEFAULT_THRESHOLDS } from '#domain/authorship.ts';
import { addAction, setAction } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { FIRST_EPOCH } from '#domain/sync.ts';
import { PlanSession } from '#lib/collab/plan-session.svelte.ts';
import { command } from '../support/command.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';

// The app's own session against the real engine, over real sockets.

const sessions: PlanSession[] = [];

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  const events = new EventTarget();
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    vi.stubGlobal(name, events[name].bind(events));
  }
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.stop();
  vi.unstubAllGlobals();
});

function open(engine: TestEngine, personId: string, epoch = FIRST_EPOCH as string): PlanSession {
  const session = new PlanSession({
    documentId: engine.documentId,
    epoch,
    me: { id: personId, name: personId, role: 'editor', organisation: null, mark: 0, ended: false },
    members: [],
    initial: { title: '', goals: [], actions: [] },
    thresholds: DEFAULT_THRESHOLDS,
    canWrite: true,
  });
  class Signed extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers: { cookie: `person=${personId}` } });
    }
  }
  const transport = {
    url: `ws://127.0.0.1:${engine.port}/sync`,
    WebSocket: Signed as unknown as typeof globalThis.WebSocket,
  };
  session.start({ transport });
  sessions.push(session);
  return session;
}

const saved = (session: PlanSession) =>
  vi.waitFor(() => expect(session.connection).toMatchObject({ state: 'live', waiting: 0, savedAt: expect.any(Date) }), {
    timeout: 10_000,
  });
const planOf = (engine: TestEngine) => engine.documents.read(engine.documentId, readPlan);

test('"saved" means on disk, for insertions and deletions alike', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  const anna = open(engine, 'anna');
  await saved(anna);
  const id = addAction(anna.doc, { title: 'Kopienu forums' }, {}, anna.origin);
  expect(anna.connection.waiting).toBe(1);
  await saved(anna);
  expect((await planOf(engine))?.actions.map((action) => action.title)).toEqual(['Kopienu forums']);

  const title = planRoots(anna.doc).actions.get(id)?.get('title') as Y.Text;
  anna.doc.transact(() => title.delete(0, 8), anna.origin);
  expect(anna.connection.waiting).toBe(1);
  await saved(anna);
  expect((await planOf(engine))?.actions.map((action) => action.title)).toEqual(['forums']);
});

test('what was written while the server was away is there after it is back', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  const anna = open(engine, 'anna');
  await saved(anna);
  const id = addAction(anna.doc, { title: 'Pirms' }, {}, anna.origin);
  await saved(anna);
  await engine.restart();
  setAction(anna.doc, id, { status: 'done' }, anna.origin);
  addAction(anna.doc, { title: 'Bez servera' }, {}, anna.origin);
  await saved(anna);
  expect((await planOf(engine))?.actions).toMatchObject([{ title: 'Pirms', status: 'done' }, { title: 'Bez servera' }]);
});

test('a change under the id of somebody else is refused, and put in anew under a fresh one', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  engine.people.set('bruno');
  const bruno = await engine.connect('bruno').synced();
  const anna = open(engine, 'anna');
  await saved(anna);

  const foreign = new Y.Doc();
  foreign.clientID = bruno.doc.clientID;
  Y.applyUpdate(foreign, Y.encodeStateAsUpdate(anna.doc));
  addAction(foreign, { title: 'Zem Bruno numura' });
  Y.applyUpdate(anna.doc, Y.encodeStateAsUpdate(foreign), anna.origin);
  await vi.waitFor(() => expect(anna.connection).toMatchObject({ state: 'refused', refusal: { reason: 'client-id' } }));
  expect(anna.unsentText()).toMatchObject([{ text: 'Zem Bruno numura' }]);
  expect((await planOf(engine))?.actions).toEqual([]);

  expect(await anna.insertAnew()).toBe('inserted');
  anna.stop();
  expect((await planOf(engine))?.actions.map((action) => action.title)).toEqual(['Zem Bruno numura']);
  const { clients } = await engine.documents.authors(engine.documentId);
  const doc = await engine.documents.read(engine.documentId, (live) => Y.encodeStateAsUpdate(live));
  const author = Y.parseUpdateMeta(doc ?? new Uint8Array()).to;
  const writers = clients.filter(([client]) => author.has(client)).map(([, person]) => person);
  expect(writers).toContain('anna');
  expect(writers).not.toContain('bruno');

  const again = open(engine, 'anna');
  await saved(again);
  expect(again.view.actions).toHaveLength(1);
});

test('who loses the right to write keeps the words', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  const anna = open(engine, 'anna');
  await saved(anna);
  engine.people.set('anna', 'observer');
  engine.documents.recheck('anna');
  await vi.waitFor(async () => {
    addAction(anna.doc, { title: 'Par vēlu' }, {}, anna.origin);
    await vi.waitFor(() => expect(anna.connection.refusal?.reason).toBe('read-only'), { timeout: 200 });
  });
  expect(anna.connection.canWrite).toBe(false);
  expect(anna.unsentText().map((part) => part.text)).toContain('Par vēlu');
});

test('E5, E6: after a restore the plan is as it was, and whoever wrote since puts their own words back', async () => {
  const engine = await startEngine();
  for (const name of ['anna', 'bruno']) engine.people.set(name);
  const [anna, bruno] = [open(engine, 'anna'), open(engine, 'bruno')];
  await saved(anna);
  const id = addAction(anna.doc, { title: 'Pirms' }, {}, anna.origin);
  await saved(anna);
  const file = path.join(engine.dataDir, 'copy.sqlite');
  await command(engine.dataDir, 'backup', file);

  await vi.waitFor(() => expect(bruno.view.actions).toHaveLength(1));
  const title = (session: PlanSession) => planRoots(session.doc).actions.get(id)?.get('title') as Y.Text;
  bruno.doc.transact(() => title(bruno).insert(0, 'Bruno vārdi. '), bruno.origin);
  await vi.waitFor(() => expect(title(anna).toString()).toContain('Bruno'));
  anna.doc.transact(() => title(anna).insert(title(anna).length, '. Annas vārdi'), anna.origin);
  await saved(anna);
  await saved(bruno);

  await engine.restart(() => command(engine.dataDir, 'restore', file, '--yes'));
  for (const session of [anna, bruno]) {
    await vi.waitFor(() => expect(session.connection.refusal?.reason).toBe('restored'), { timeout: 10_000 });
    session.stop();
  }
  const epoch = (await engine.documents.epoch(engine.documentId)) ?? '';
  const again = open(engine, 'anna', epoch);
  await vi.waitFor(() => expect(again.lost?.texts).toMatchObject([{ text: '. Annas vārdi', hasPlace: true }]));
  expect((await planOf(engine))?.actions.map((action) => action.title)).toEqual(['Pirms']);
  await again.putBack();
  await saved(again);
  expect((await planOf(engine))?.actions.map((action) => action.title)).toEqual(['Pirms. Annas vārdi']);
  expect(await command(engine.dataDir, 'ledger:verify')).toMatchObject({ status: 0 });
});
