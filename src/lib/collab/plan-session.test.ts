import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { DEFAULT_THRESHOLDS } from '#domain/authorship.ts';
import type { MemberView } from '#domain/people.ts';
import { addAction, addGoal, seedPlan, setAction } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { FakeSyncServer } from '#tests/support/fake-sync-server.ts';
import { PlanSession } from './plan-session.svelte.ts';

const me: MemberView = { id: 'anna', name: 'Anna Kalniņa', role: 'editor', organisation: 'o1', mark: 0, ended: false };

let server: FakeSyncServer;
let actionId: string;
let sessions: PlanSession[];

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  const events = new EventTarget();
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const) {
    vi.stubGlobal(name, events[name].bind(events));
  }
  server = new FakeSyncServer();
  seedPlan(server.doc, 'Plāns 2025');
  actionId = addAction(server.doc, { title: 'Kopienu forums', goal: addGoal(server.doc, 'Viedie ciemi') });
  sessions = [];
});

afterEach(() => {
  for (const session of sessions) session.stop();
  vi.unstubAllGlobals();
});

function open(options: { person?: string; canWrite?: boolean } = {}): PlanSession {
  const session = new PlanSession({
    documentId: 'plan1',
    me: { ...me, id: options.person ?? me.id },
    members: [],
    initial: readPlan(server.doc),
    thresholds: DEFAULT_THRESHOLDS,
    canWrite: options.canWrite ?? true,
  });
  session.start({ transport: { url: 'ws://test/sync', WebSocket: server.WebSocket } });
  sessions.push(session);
  return session;
}

const live = (session: PlanSession) => vi.waitFor(() => expect(session.connection.state).toBe('live'));
const titleOf = (doc: Y.Doc) => planRoots(doc).actions.get(actionId)?.get('title') as Y.Text;
const type = (session: PlanSession, text: string) =>
  session.doc.transact(() => titleOf(session.doc).insert(0, text), session.origin);

describe('saved state', () => {
  it('says nothing is saved before the server has said so', async () => {
    const session = open();
    await live(session);
    server.held = true;
    type(session, 'Lielais ');
    await vi.waitFor(() => expect([...server.sockets][0]?.waiting).toHaveLength(1));
    expect(session.connection).toMatchObject({ waiting: 1, saving: true });
    const before = session.connection.savedAt;
    server.release();
    await vi.waitFor(() => expect(session.connection.waiting).toBe(0));
    expect(session.connection.saving).toBe(false);
    expect(session.connection.savedAt).not.toBe(before);
    expect(titleOf(server.doc).toString()).toBe('Lielais Kopienu forums');
  });

  it('counts places, not keystrokes', async () => {
    const session = open();
    await live(session);
    server.held = true;
    for (const letter of 'abc') type(session, letter);
    setAction(session.doc, actionId, { status: 'running', starts: '2025-03-01' }, session.origin);
    const added = addAction(session.doc, { title: 'Jauna' }, {}, session.origin);
    setAction(session.doc, added, { status: 'done' }, session.origin);
    expect(session.connection.waiting).toBe(4);
  });

  it('does not take the confirmation of a later frame for one that was lost with the connection', async () => {
    const session = open();
    await live(session);
    server.held = true;
    type(session, 'A');
    await vi.waitFor(() => expect([...server.sockets][0]?.waiting).toHaveLength(1));
    server.cut();
    expect(session.connection.waiting).toBe(1);
    server.held = false;
    await vi.waitFor(() => expect(session.connection.waiting).toBe(0));
    expect(titleOf(server.doc).toString()).toBe('AKopienu forums');
  });
});

describe('offline', () => {
  it('keeps what was typed without network over closing the tab, and sends it when next opened', async () => {
    const first = open();
    await live(first);
    vi.stubGlobal('navigator', { onLine: false });
    server.reachable = false;
    server.cut();
    type(first, 'Bez tīkla: ');
    await vi.waitFor(() => expect(first.connection.state).toBe('offline'));
    expect(first.connection).toMatchObject({ waiting: 1, storage: 'kept' });
    first.stop();

    const second = open();
    await vi.waitFor(() => expect(second.connection.state).toBe('offline'));
    expect(second.connection.waiting).toBe(1);
    expect(second.view.ready).toBe(true);
    expect(second.view.action(actionId)?.title).toBe('Bez tīkla: Kopienu forums');
    second.stop();

    server.reachable = true;
    const third = open();
    await vi.waitFor(() => expect(third.connection.savedAt).not.toBeNull());
    expect(third.connection.waiting).toBe(0);
    expect(titleOf(server.doc).toString()).toBe('Bez tīkla: Kopienu forums');
    third.stop();

    const fourth = open();
    await live(fourth);
    expect(fourth.connection.waiting).toBe(0);
  });

  it('shows nothing of one person to another at the same browser', async () => {
    const first = open();
    await live(first);
    server.reachable = false;
    server.cut();
    type(first, 'Annas teksts ');
    first.stop();
    server.reachable = true;
    const other = open({ person: 'bruno' });
    await live(other);
    expect(other.connection.waiting).toBe(0);
    expect(other.view.action(actionId)?.title).toBe('Kopienu forums');
  });

  it('says so when the browser keeps nothing, and works on', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const session = open();
    await live(session);
    expect(session.connection.storage).toBe('unavailable');
    type(session, 'A');
    await vi.waitFor(() => expect(titleOf(server.doc).toString()).toBe('AKopienu forums'));
  });

  it('a page that is left right after typing still gets its confirmation', async () => {
    const session = open();
    await live(session);
    type(session, 'Pēdējais ');
    session.stop();
    await vi.waitFor(() => expect(titleOf(server.doc).toString()).toBe('Pēdējais Kopienu forums'));
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    const next = open();
    await live(next);
    expect(next.connection.waiting).toBe(0);
  });
});

describe('refused changes', () => {
  const refuse = (word: string) => {
    server.judge = (update) => (new TextDecoder().decode(update).includes(word) ? [4403, 'client-id'] : null);
  };

  it('stop, offer the text, and are written anew under a fresh client id', async () => {
    const session = open();
    await live(session);
    refuse('Svarīgs');
    type(session, 'Svarīgs ');
    await vi.waitFor(() => expect(session.connection.state).toBe('refused'));
    expect(session.connection).toMatchObject({ canWrite: false, waiting: 1, refusal: { reason: 'client-id' } });
    expect(session.unsentText()).toMatchObject([{ item: 'Svarīgs Kopienu forums', text: 'Svarīgs Kopienu forums' }]);

    expect(await session.insertAnew()).toBe(false);
    expect(session.unsentText()).toHaveLength(1);

    server.judge = () => null;
    titleOf(server.doc).insert(14, ' Ķekavā');
    expect(await session.insertAnew()).toBe(true);
    expect(titleOf(server.doc).toString()).toBe('Svarīgs Kopienu forums Ķekavā');
    expect(server.doc.store.clients.has(session.doc.clientID)).toBe(false);
    session.stop();

    const next = open();
    await live(next);
    expect(next.connection.waiting).toBe(0);
    expect(next.view.action(actionId)?.title).toBe('Svarīgs Kopienu forums Ķekavā');
  });

  it('can be forgotten', async () => {
    const session = open();
    await live(session);
    refuse('Nevajag');
    type(session, 'Nevajag ');
    await vi.waitFor(() => expect(session.connection.state).toBe('refused'));
    await session.discard();
    session.stop();
    const next = open();
    await live(next);
    expect(next.view.action(actionId)?.title).toBe('Kopienu forums');
    expect(next.connection.waiting).toBe(0);
  });

  it('an ended session keeps the text and goes on writing it down here', async () => {
    const session = open();
    await live(session);
    server.cut(4401, 'session');
    expect(session.connection).toMatchObject({ state: 'ended', canWrite: true, refusal: { reason: 'sign-in' } });
    type(session, 'Turpinu ');
    expect(session.connection.waiting).toBe(1);
    session.stop();
    const next = open();
    await vi.waitFor(() => expect(next.connection.savedAt).not.toBeNull());
    expect(titleOf(server.doc).toString()).toBe('Turpinu Kopienu forums');
  });
});

describe('reading only', () => {
  it('sends no change, whatever happens in the page', async () => {
    const session = open({ canWrite: false });
    await live(session);
    server.judge = () => [4403, 'role'];
    type(session, 'Nedrīkst ');
    titleOf(server.doc).insert(0, 'X');
    await Promise.resolve();
    expect(session.connection).toMatchObject({ state: 'live', waiting: 0 });
  });
});

describe('presence', () => {
  it('shows where others are, and that they left', async () => {
    const session = open();
    const other = open({ person: 'other' });
    await live(session);
    await live(other);
    other.focus({ item: actionId, field: 'title' });
    await vi.waitFor(() => expect(session.presence.inField(actionId, 'title')).toHaveLength(1));
    expect(session.presence.inItem(actionId)[0]?.user.name).toBe('Māra Bērziņa');
    expect(session.presence.people.map((person) => person.name)).toEqual(['Anna Kalniņa', 'Māra Bērziņa']);
    other.stop();
    await vi.waitFor(() => expect(session.presence.others).toHaveLength(0));
  });
});

describe('history', () => {
  it('undoes own changes only, one place at a time', async () => {
    const session = open();
    const other = open({ person: 'other' });
    await live(session);
    await live(other);
    session.focus({ item: actionId, field: 'title' });
    type(session, 'Mans ');
    session.focus({ item: actionId, field: 'status' });
    setAction(session.doc, actionId, { status: 'done' }, session.origin);
    type(other, 'Cita ');
    await vi.waitFor(() => expect(titleOf(session.doc).toString()).toContain('Cita'));
    expect(session.history.canUndo).toBe(true);
    session.history.undo();
    expect(session.view.action(actionId)).toMatchObject({ status: 'planned' });
    session.history.undo();
    expect(session.view.action(actionId)?.title).toBe('Cita Kopienu forums');
    expect(session.history).toMatchObject({ canUndo: false, canRedo: true });
    session.history.redo();
    expect(session.view.action(actionId)?.title).toContain('Mans ');
  });
});
