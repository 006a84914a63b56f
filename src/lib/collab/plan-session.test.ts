import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { DEFAULT_THRESHOLDS } from '#domain/authorship.ts';
import type { MemberView } from '#domain/people.ts';
import { addAction, addGoal, seedPlan, setAction } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { PLAN_SCHEMA } from '#domain/plan/schema.ts';
import { FIRST_EPOCH } from '#domain/sync.ts';
import { FakeSyncServer } from '#tests/support/fake-sync-server.ts';
import { unsentHere } from './kept-here.ts';
import { OfflineStore } from './offline-store.ts';
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

function open(options: { person?: string; canWrite?: boolean; epoch?: string; onRestored?: () => void } = {}) {
  const session = new PlanSession({
    documentId: 'plan1',
    epoch: options.epoch ?? server.epoch,
    me: { ...me, id: options.person ?? me.id },
    members: [],
    initial: readPlan(server.doc),
    thresholds: DEFAULT_THRESHOLDS,
    canWrite: options.canWrite ?? true,
  });
  const transport = { url: 'ws://test/sync', WebSocket: server.WebSocket };
  session.start({ transport, ...(options.onRestored && { onRestored: options.onRestored }) });
  sessions.push(session);
  return session;
}

const live = (session: PlanSession) => vi.waitFor(() => expect(session.connection.state).toBe('live'));
const titleOf = (doc: Y.Doc) => planRoots(doc).actions.get(actionId)?.get('title') as Y.Text;
const type = (session: PlanSession, text: string) =>
  session.doc.transact(() => titleOf(session.doc).insert(0, text), session.origin);

it('says which shape of the plan and which epoch it speaks of', async () => {
  const session = open();
  await live(session);
  const { searchParams } = new URL([...server.sockets][0]?.url ?? '');
  expect(Object.fromEntries(searchParams)).toEqual({ v: '1', schema: String(PLAN_SCHEMA), epoch: FIRST_EPOCH });
});

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

    expect(await session.insertAnew()).toBe('failed');
    expect(session.unsentText()).toHaveLength(1);

    server.judge = () => null;
    titleOf(server.doc).insert(14, ' Ķekavā');
    expect(await session.insertAnew()).toBe('inserted');
    expect(titleOf(server.doc).toString()).toBe('Svarīgs Kopienu forums Ķekavā');
    expect(server.doc.store.clients.has(session.doc.clientID)).toBe(false);
    session.stop();

    const next = open();
    await live(next);
    expect(next.connection.waiting).toBe(0);
    expect(next.view.action(actionId)?.title).toBe('Svarīgs Kopienu forums Ķekavā');
  });

  it('are not written in twice when the browser does not let go of its copy', async () => {
    const session = open();
    await live(session);
    refuse('Svarīgs');
    type(session, 'Svarīgs ');
    await vi.waitFor(() => expect(session.connection.state).toBe('refused'));
    server.judge = () => null;
    const replace = vi.spyOn(OfflineStore.prototype, 'replace').mockRejectedValue(new Error('gone'));
    expect(await session.insertAnew()).toBe('copy-stays');
    expect(await session.discard()).toBe(false);
    replace.mockRestore();
    expect(await session.insertAnew()).toBe('inserted');
    expect(titleOf(server.doc).toString()).toBe('Svarīgs Kopienu forums');
    session.stop();

    const next = open();
    await live(next);
    expect(next.connection.waiting).toBe(0);
    expect(titleOf(server.doc).toString()).toBe('Svarīgs Kopienu forums');
  });

  it('can be forgotten', async () => {
    const session = open();
    await live(session);
    refuse('Nevajag');
    type(session, 'Nevajag ');
    await vi.waitFor(() => expect(session.connection.state).toBe('refused'));
    expect(await session.discard()).toBe(true);
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

describe('a restore from a backup (E5, E6)', () => {
  /** The plan's state now, as a backup keeps it. */
  const backup = () => Y.encodeStateAsUpdate(server.doc);
  const titleHere = (session: PlanSession) => session.view.action(actionId)?.title;
  const unload = () => {
    const event = new Event('beforeunload', { cancelable: true });
    dispatchEvent(event);
    return event.defaultPrevented;
  };

  it('a browser that was away is offered what it had sent and what it had not, and brings none of it back by itself', async () => {
    const first = open();
    const state = backup();
    await live(first);
    type(first, 'Saglabāts pēc kopijas. ');
    await vi.waitFor(() => expect(first.connection.waiting).toBe(0));
    vi.stubGlobal('navigator', { onLine: false });
    server.reachable = false;
    server.cut();
    type(first, 'Nenosūtīts. ');
    await vi.waitFor(() => expect(first.connection.state).toBe('offline'));
    first.stop();

    vi.stubGlobal('navigator', { onLine: true });
    server.reachable = true;
    server.restore(state, '77');
    const second = open();
    await live(second);
    expect(titleHere(second)).toBe('Kopienu forums');
    expect(titleOf(server.doc).toString()).toBe('Kopienu forums');
    expect(second.connection.waiting).toBe(0);
    const text = 'Nenosūtīts. Saglabāts pēc kopijas.';
    await vi.waitFor(() => expect(second.lost?.texts).toMatchObject([{ text, hasPlace: true }]));
    await vi.waitFor(async () => expect((await unsentHere('anna'))?.map(({ count }) => count)).toEqual([1]));
    second.stop();

    // Whoever does not choose is asked again, and can go on writing meanwhile.
    const third = open();
    await vi.waitFor(() => expect(third.lost?.texts).toMatchObject([{ text }]));
    type(third, 'Pēc tam. ');
    await third.putBack();
    expect(third.lost).toBeNull();
    await vi.waitFor(() => expect(third.connection.waiting).toBe(0));
    expect(titleOf(server.doc).toString()).toContain('Nenosūtīts. Saglabāts pēc kopijas. ');
    expect(titleOf(server.doc).toString()).toContain('Pēc tam. ');
    expect(server.doc.store.clients.has(first.doc.clientID)).toBe(false);
    expect(third.history.canUndo).toBe(true);
    third.stop();
    const fourth = open();
    await live(fourth);
    expect(fourth.lost).toBeNull();
    expect(await unsentHere('anna')).toEqual([]);
  });

  it('an open tab stops, says so to the page, and the session that follows has its text', async () => {
    const state = backup();
    const onRestored = vi.fn();
    const session = open({ onRestored });
    await live(session);
    type(session, 'Vēlāk. ');
    await vi.waitFor(() => expect(session.connection.waiting).toBe(0));
    server.restore(state, '77');
    await vi.waitFor(() => expect(onRestored).toHaveBeenCalledOnce());
    expect(session.connection).toMatchObject({ state: 'ended', canWrite: false, refusal: { reason: 'restored' } });
    const next = open();
    session.stop();
    await vi.waitFor(() => expect(next.lost?.texts).toMatchObject([{ text: 'Vēlāk.' }]));
    expect(titleHere(next)).toBe('Kopienu forums');
  });

  it('what one tab has put back another one does not put back again', async () => {
    const state = backup();
    const first = open();
    await live(first);
    type(first, 'Vēlāk. ');
    await vi.waitFor(() => expect(first.connection.waiting).toBe(0));
    first.stop();
    server.restore(state, '77');
    const [one, two] = [open(), open()];
    for (const tab of [one, two]) await vi.waitFor(() => expect(tab.lost?.texts).toHaveLength(1));
    await one.putBack();
    await vi.waitFor(() => expect(titleHere(two)).toBe('Vēlāk. Kopienu forums'));
    await two.putBack();
    expect(two.lost).toBeNull();
    await vi.waitFor(() => expect([one.connection.waiting, two.connection.waiting]).toEqual([0, 0]));
    expect(titleOf(server.doc).toString()).toBe('Vēlāk. Kopienu forums');
  });

  it('a browser that keeps nothing carries the text over, and warns before the page goes', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const state = backup();
    const session = open();
    await live(session);
    type(session, 'Privātā logā. ');
    await vi.waitFor(() => expect(session.connection.waiting).toBe(0));
    server.restore(state, '77');
    await vi.waitFor(() => expect(session.connection.refusal?.reason).toBe('restored'));
    session.stop();
    const next = open();
    await vi.waitFor(() => expect(next.lost?.texts).toMatchObject([{ text: 'Privātā logā.' }]));
    expect(unload()).toBe(true);
    await next.forgetLost();
    expect(next.lost).toBeNull();
    await vi.waitFor(() => expect(unload()).toBe(false));
  });

  it('what others wrote is told and not offered; who holds nothing newer hears nothing', async () => {
    const behind = open();
    await live(behind);
    behind.stop();
    const state = backup();
    server.restore(state, '77');
    const same = open();
    await live(same);
    const another = open({ person: 'bruno' });
    await live(another);
    type(another, 'Bruno. ');
    await vi.waitFor(() => expect(titleHere(same)).toBe('Bruno. Kopienu forums'));
    expect(same.lost).toBeNull();
    same.stop();
    server.restore(state, '78');
    const next = open();
    await vi.waitFor(() => expect(next.lost).toEqual({ texts: [], values: [] }));
    await next.forgetLost();
    next.stop();
    const later = open();
    await live(later);
    expect(later.lost).toBeNull();
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
    // Nobody returns to the server what it said of the others.
    expect([...server.sockets].map(({ announced }) => [...announced])).toEqual([
      [session.doc.clientID],
      [other.doc.clientID],
    ]);
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
