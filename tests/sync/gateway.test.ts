import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { AuthorsMessage } from '#domain/authorship.ts';
import { addAction, addGoal } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { EXTRA } from '#domain/sync.ts';
import type { TestSocket } from '../support/clients.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import * as frames from '../support/frames.ts';
import { clientFrame, handshake, tcp } from '../support/raw-socket.ts';

function ledger(engine: TestEngine): unknown[] {
  return engine.db.sqlite.prepare('SELECT * FROM ledger ORDER BY seq').all();
}

/** What messages 100 said on a socket. */
function savedOn(socket: TestSocket): string[] {
  return socket.frames.filter((frame) => frame[0] === 100).map((frame) => new TextDecoder().decode(frame.slice(2)));
}

async function pair(engine: TestEngine) {
  engine.people.set('anna');
  engine.people.set('juris');
  return {
    anna: await engine.connect('anna', { params: { v: '1' } }).synced(),
    juris: await engine.connect('juris', { params: { v: '1' } }).synced(),
  };
}

describe('N1: who comes in', () => {
  test('nobody without a session: 4401', async () => {
    const engine = await startEngine();
    expect(await engine.socket(null).closed).toEqual({ code: 4401, reason: 'session' });
  });

  test('nobody who is no member: 4403', async () => {
    const engine = await startEngine();
    expect(await engine.socket('stranger').closed).toEqual({ code: 4403, reason: 'member' });
  });

  test('no document that does not exist: 4404', async () => {
    const engine = await startEngine();
    engine.people.set('anna');
    expect(await engine.socket('anna', { documentId: 'nothing' }).closed).toEqual({ code: 4404, reason: 'document' });
  });

  test('no older schema: 4409', async () => {
    const engine = await startEngine();
    engine.people.set('anna');
    expect(await engine.socket('anna', { query: '?schema=0' }).closed).toEqual({ code: 4409, reason: 'schema' });
  });

  test('a page of another origin gets HTTP 403, one of ours and a program come in', async () => {
    const engine = await startEngine();
    engine.people.set('anna');
    expect(await engine.socket('anna', { origin: 'https://evil.example' }).status).toBe(403);
    await engine.socket('anna', { origin: `http://127.0.0.1:${engine.port}` }).opened;
    await engine.socket('anna').opened;
  });

  test('no more connections of one person than allowed: 1013', async () => {
    const engine = await startEngine({ limits: { connectionsPerPerson: 2 } });
    engine.people.set('anna');
    await engine.connect('anna').synced();
    await engine.connect('anna').synced();
    expect((await engine.socket('anna').closed).code).toBe(1013);
  });

  test('no more connections of one address than allowed: 1013, before anybody asks who it is', async () => {
    const addressOf = ({ headers }: IncomingMessage) => headers.cookie?.match(/hall-\w/)?.[0] ?? 'elsewhere';
    const engine = await startEngine({ addressOf, limits: { connectionsPerAddress: 2 } });
    for (const person of ['hall-a-anna', 'hall-a-juris', 'hall-b-gita']) engine.people.set(person);
    const first = await engine.connect('hall-a-anna').synced();
    await engine.connect('hall-a-juris').synced();
    const identify = vi.spyOn(engine.people, 'identify');
    expect(await engine.socket('hall-a-anna').closed).toEqual({ code: 1013, reason: 'later' });
    // Also for somebody without a membership.
    expect((await engine.socket('hall-a-stranger').closed).code).toBe(1013);
    expect(identify).not.toHaveBeenCalled();

    await engine.connect('hall-b-gita').synced();
    first.provider.destroy();
    await until(async () => {
      const socket = engine.socket('hall-a-anna');
      const welcome = new Promise((resolve) => socket.ws.once('message', () => resolve(true)));
      expect(await Promise.race([welcome, socket.closed])).toBe(true);
    });
  });

  test('connections that are refused do not count for their address once they are closed', async () => {
    const engine = await startEngine({ limits: { connectionsPerAddress: 1 } });
    engine.people.set('anna');
    for (let i = 0; i < 3; i++) expect((await engine.socket('stranger').closed).code).toBe(4403);
    await engine.connect('anna').synced();
  });
});

describe('what is refused changes nothing', () => {
  const HUGE = 9 * 1024 * 1024;
  const cases: [string, (doc: Y.Doc) => Uint8Array | string][] = [
    ['N2: a text frame', () => 'hello'],
    ['N2: an empty frame', () => new Uint8Array()],
    ['N2: an unknown message', () => Uint8Array.of(77)],
    ['N2: an unknown sync step', () => Uint8Array.of(0, 9, 0)],
    ['N2: a truncated frame', (doc) => frames.update(forged(doc)).slice(0, -3)],
    ['a truncated update', (doc) => frames.update(forged(doc).slice(0, -3))],
    ['N2: bytes behind a frame', (doc) => Uint8Array.from([...frames.update(forged(doc)), 0])],
    ['bytes behind an update', (doc) => frames.update(Uint8Array.from([...forged(doc), 0]))],
    ['N2: an update that is too large', (doc) => frames.update(forged(doc, 'x'.repeat(HUGE)))],
    ['a root that is not the plan', () => frames.update(foreignRoot())],
    ['an awareness state that is too large', () => frames.awareness(5, 1, { x: 'ā'.repeat(2500) })],
    ['G3: presence of a client id beyond 32 bits', () => frames.awareness(2 ** 32, 1, {})],
    ['an awareness state that is no object', () => frames.awareness(5, 1, [1])],
  ];
  const forged = (doc: Y.Doc, title = 'Jauns') => frames.forge(doc, 4242, (copy) => addGoal(copy, title));
  const foreignRoot = () => {
    const doc = new Y.Doc();
    doc.getMap('secret').set('a', 1);
    return Y.encodeStateAsUpdate(doc);
  };

  test.each(cases)('%s: 4400', async (_name, frame) => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    addGoal(anna.doc, 'Mērķis');
    await until(() => expect(readPlan(juris.doc).goals).toHaveLength(1));
    const before = ledger(engine);
    const socket = engine.socket('juris');
    await socket.opened;
    socket.ws.send(frame(anna.doc));
    expect((await socket.closed).code).toBe(4400);
    expect(ledger(engine)).toEqual(before);
  });

  test("C2: structs under another's client id: 4403, and the author writes on", async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    addGoal(anna.doc, 'Annas mērķis');
    await until(() => expect(readPlan(juris.doc).goals).toHaveLength(1));
    const before = ledger(engine);

    const socket = engine.socket('juris', { query: '?v=1' });
    await socket.opened;
    socket.ws.send(frames.update(frames.forge(anna.doc, anna.doc.clientID, (doc) => addGoal(doc, 'Viltots'))));
    expect(await socket.closed).toEqual({ code: 4403, reason: 'client-id' });
    expect(ledger(engine)).toEqual(before);
    expect(await engine.documents.read(engine.documentId, (doc) => readPlan(doc).goals.length)).toBe(1);

    addGoal(anna.doc, 'Otrs');
    await until(() => expect(readPlan(juris.doc).goals.map((goal) => goal.title)).toEqual(['Annas mērķis', 'Otrs']));
  });

  test('C1: a client id that somebody only announced is theirs too', async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    anna.provider.awareness.setLocalState({ focus: null });
    await until(() => juris.provider.awareness.getStates().has(anna.doc.clientID));
    const socket = engine.socket('juris');
    await socket.opened;
    socket.ws.send(frames.update(frames.forge(juris.doc, anna.doc.clientID, (doc) => addGoal(doc, 'Viltots'))));
    expect(await socket.closed).toEqual({ code: 4403, reason: 'client-id' });
  });

  test("the server's own client ids: 4403", async () => {
    const engine = await startEngine();
    const { anna } = await pair(engine);
    const [server] = [...anna.doc.store.clients.keys()];
    const socket = engine.socket('juris');
    await socket.opened;
    socket.ws.send(frames.update(frames.forge(anna.doc, server ?? 0, (doc) => addGoal(doc, 'Viltots'))));
    expect((await socket.closed).code).toBe(4403);
  });

  test('C1, C2: a person who acts for another organisation now writes under a fresh client id', async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    addGoal(anna.doc, 'Viens');
    await until(() => expect(readPlan(juris.doc).goals).toHaveLength(1));
    engine.people.set('anna', 'editor', 'ciems');
    engine.documents.recheck('anna');
    const fresh = await engine.connect('anna').synced();
    addGoal(fresh.doc, 'Divi');
    await until(() => expect(readPlan(juris.doc).goals).toHaveLength(2));
    addGoal(anna.doc, 'Trīs');
    expect(await anna.closed).toEqual({ code: 4403, reason: 'client-id' });
    const authors = await engine.documents.authors(engine.documentId);
    expect(authors.clients).toContainEqual([anna.doc.clientID, 'anna', 'org']);
    expect(authors.clients).toContainEqual([fresh.doc.clientID, 'anna', 'ciems']);
  });

  test('N6: who was here before writes for the first time: those who came after them are told whose words these are', async () => {
    const engine = await startEngine();
    engine.people.set('anna');
    engine.people.set('juris');
    const anna = await engine.connect('anna').synced();
    anna.provider.awareness.setLocalStateField('focus', null);
    const juris = await engine.connect('juris', { params: { v: '1' } }).synced();
    await until(() => expect(juris.provider.awareness.getStates().has(anna.doc.clientID)).toBe(true));
    addGoal(anna.doc, 'Viens');
    await until(() => expect(readPlan(juris.doc).goals).toHaveLength(1));
    const told = juris.extra
      .filter(({ type }) => type === EXTRA.authors)
      .map(({ message }) => message as AuthorsMessage);
    expect(told.flatMap(({ clients }) => clients)).toContainEqual([anna.doc.clientID, 'anna', 'org']);
  });

  test('C3: more client ids in a day than a person may claim: 1013', async () => {
    const engine = await startEngine({ limits: { claimsPerDay: 3 } });
    engine.people.set('anna');
    for (let i = 0; i < 3; i++) await engine.connect('anna').synced();
    const claims = () => engine.db.sqlite.prepare('SELECT count(*) AS n FROM claim WHERE person_id IS NOT NULL').get();
    await until(() => expect(claims()).toEqual({ n: 3 }));
    const socket = engine.socket('anna');
    await socket.opened;
    socket.ws.send(frames.awareness(77, 1, {}));
    expect((await socket.closed).code).toBe(1013);
  });
});

describe('an observer', () => {
  async function observed() {
    const engine = await startEngine();
    const { anna } = await pair(engine);
    engine.people.set('ivars', 'observer');
    const ivars = await engine.connect('ivars').synced();
    return { engine, anna, ivars };
  }

  test('L3: sees what is written, and is here still after its browser tidied formats', async () => {
    const { anna, ivars } = await observed();
    const action = addAction(anna.doc, { title: 'Talka' });
    await until(() => expect(readPlan(ivars.doc).actions[0]?.id).toBe(action));
    const title = (doc: Y.Doc) => planRoots(doc).actions.get(action)?.get('title') as Y.Text;
    title(anna.doc).format(0, 3, { bold: true });
    title(anna.doc).format(0, 5, { bold: true });
    title(anna.doc).insert(5, '!');
    await until(() => expect(title(ivars.doc).toString()).toBe('Talka!'));
    expect(ivars.provider.shouldConnect).toBe(true);
  });

  test.each(['update', 'step2'] as const)('N3: cannot write by %s', async (kind) => {
    const { engine, anna } = await observed();
    const socket = engine.socket('ivars', { query: '?v=1' });
    await socket.opened;
    socket.ws.send(frames[kind](frames.forge(anna.doc, 99, (doc) => addGoal(doc, 'Nē'))));
    expect(await socket.closed).toEqual({ code: 4403, reason: 'role' });
    expect(await engine.documents.read(engine.documentId, (doc) => readPlan(doc).goals)).toEqual([]);
    expect(
      engine.db.sqlite.prepare("SELECT count(*) AS n FROM ledger WHERE actor_id = 'ivars' AND kind = 'edit'").get(),
    ).toEqual({ n: 0 });
  });

  test('N3: may answer the server with nothing new', async () => {
    const { engine, anna } = await observed();
    const socket = engine.socket('ivars');
    await socket.opened;
    socket.ws.send(frames.step2(Y.encodeStateAsUpdate(anna.doc)));
    socket.ws.send(frames.step1());
    await until(() => socket.frames.some((frame) => frame[0] === 0 && frame[1] === 1));
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
  });
});

describe('N4: rights that change', () => {
  test('a writer becomes an observer and a writer again, without reconnecting', async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    engine.people.set('anna', 'observer');
    engine.documents.recheck('anna');
    await until(() => expect(anna.extra).toContainEqual({ type: 102, message: { canWrite: false } }));
    engine.people.set('anna', 'editor');
    engine.documents.recheck('anna');
    await until(() => expect(anna.extra).toContainEqual({ type: 102, message: { canWrite: true } }));
    addGoal(anna.doc, 'Mērķis');
    await until(() => expect(readPlan(juris.doc).goals).toHaveLength(1));
    engine.people.set('anna', 'observer');
    engine.documents.recheck('anna');
    await until(() => expect(anna.extra.filter(({ type }) => type === 102)).toHaveLength(3));
    addGoal(anna.doc, 'Vairs ne');
    expect(await anna.closed).toEqual({ code: 4403, reason: 'role' });
    expect(anna.extra).toContainEqual({ type: 103, message: { code: 4403, text: 'role' } });
  });

  test('an ended session is noticed within ten seconds when nobody says so', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const engine = await startEngine();
    const { anna } = await pair(engine);
    engine.people.signOut('anna');
    vi.advanceTimersByTime(10_000);
    expect(await anna.closed).toEqual({ code: 4401, reason: 'session' });
  });

  test('an ended session: 4401, an ended membership: 4403', async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    engine.people.signOut('anna');
    engine.documents.recheck('anna');
    expect(await anna.closed).toEqual({ code: 4401, reason: 'session' });
    engine.people.remove('juris');
    engine.documents.recheck('juris');
    expect(await juris.closed).toEqual({ code: 4403, reason: 'member' });
  });
});

describe('N7: presence', () => {
  test('says who somebody is, whatever they say themselves', async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    anna.provider.awareness.setLocalState({
      focus: { item: 'a', field: 'title' },
      user: { name: 'Domes priekšsēdētājs' },
    });
    const seen = () => juris.provider.awareness.getStates().get(anna.doc.clientID);
    await until(() => expect(seen()?.focus).toEqual({ item: 'a', field: 'title' }));
    expect(seen()?.user).toEqual({ id: 'anna', name: 'anna', organisation: 'org', mark: 0 });
    expect(anna.provider.awareness.getLocalState()?.user).toEqual({ name: 'Domes priekšsēdētājs' });
  });

  test('of many who type is told together, to nobody their own', async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    engine.people.set('ivars');
    const reader = engine.socket('ivars');
    await reader.opened;
    reader.ws.send(frames.step1());
    const presences = () => reader.frames.filter((frame) => frame[0] === 1).length;
    const told = (by: typeof anna, of: typeof anna) =>
      (by.provider.awareness.getStates().get(of.doc.clientID) as { at?: number } | undefined)?.at;
    const own: unknown[] = [];
    for (const { provider } of [anna, juris])
      provider.awareness.on('update', ({ updated }: { updated: number[] }, origin: unknown) => {
        if (origin === provider && updated.includes(provider.awareness.clientID)) own.push(updated);
      });
    const before = presences();
    for (let at = 1; at <= 50; at++) for (const { provider } of [anna, juris]) provider.awareness.setLocalState({ at });
    await until(() => expect([told(anna, juris), told(juris, anna)]).toEqual([50, 50]));
    await until(() => presences() > before);
    expect(presences() - before).toBeLessThan(20);
    expect(own).toEqual([]);
  });

  test('belongs to its connection and goes with it', async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    const seen = () => juris.provider.awareness.getStates().get(anna.doc.clientID);
    await until(() => expect(seen()?.user).toBeDefined());
    engine.people.set('ivars');
    const forger = engine.socket('ivars');
    await forger.opened;
    forger.ws.send(frames.awareness(anna.doc.clientID, 2 ** 50, { focus: 'forged' }));
    forger.ws.send(frames.awareness(anna.doc.clientID, 2 ** 50 + 1, null));
    forger.ws.send(frames.step1());
    await until(() => forger.frames.some((frame) => frame[0] === 0 && frame[1] === 1));
    expect(seen()?.focus).toBeUndefined();
    anna.provider.destroy();
    await until(() => expect(seen()).toBeUndefined());
  });
});

test('N5: what is durable is said by number of sync frames', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  const socket = engine.socket('anna', { query: '?v=1' });
  await socket.opened;
  const doc = new Y.Doc();
  socket.ws.send(frames.step1());
  doc.on('update', (bytes: Uint8Array) => socket.ws.send(frames.update(bytes)));
  const goal = addGoal(doc, 'Mērķis');
  planRoots(doc).goals.delete(goal);
  await until(() => expect(savedOn(socket).at(-1)).toBe('{"frames":4}'));
});

test('N5: a client that keeps back what its change builds on is asked for everything, and then both are counted', async () => {
  const engine = await startEngine();
  const { juris } = await pair(engine);
  const socket = engine.socket('anna', { query: '?v=1' });
  await socket.opened;
  const doc = new Y.Doc();
  addGoal(doc, 'Pirmais');
  const before = Y.encodeStateVector(doc);
  addGoal(doc, 'Otrais');
  const asked = () => socket.frames.filter((frame) => frame[0] === 0 && frame[1] === 0).length;
  await until(() => expect(asked()).toBe(1));
  socket.ws.send(frames.update(Y.encodeStateAsUpdate(doc, before)));
  await until(() => expect(asked()).toBe(2));
  expect(await engine.documents.read(engine.documentId, (plan) => readPlan(plan).goals)).toEqual([]);
  expect(savedOn(socket)).toEqual([]);
  socket.ws.send(frames.step2(Y.encodeStateAsUpdate(doc)));
  await until(() => expect(readPlan(juris.doc).goals).toHaveLength(2));
  await until(() => expect(savedOn(socket)).toEqual(['{"frames":2}']));
});

describe('N13: a message', () => {
  test('comes in at most 16,384 pieces', async () => {
    const engine = await startEngine();
    engine.people.set('anna');
    const inPieces = async (count: number) => {
      const socket = engine.socket('anna');
      await socket.opened;
      socket.ws.send(frames.step1(), { fin: false });
      for (let i = 2; i < count; i++) socket.ws.send(new Uint8Array(), { fin: false });
      socket.ws.send(new Uint8Array(), { fin: true });
      return socket;
    };
    const most = await inPieces(16_384);
    await until(() => most.frames.some((frame) => frame[0] === 0 && frame[1] === 1));
    const more = await inPieces(16_385);
    expect((await more.closed).code).toBe(1008);
    expect(more.frames.some((frame) => frame[0] === 0 && frame[1] === 1)).toBe(false);
  });

  test('that grows too large or takes too long before it is complete ends the connection', async () => {
    const MIB = 1024 * 1024;
    const engine = await startEngine({ limits: { updateBytes: MIB, unreadSeconds: 1 } });
    engine.people.set('anna');
    const begun = async (bytes: number) => {
      const socket = await tcp(engine.port);
      socket.write(handshake(`/sync/${engine.documentId}`, { cookie: 'person=anna' }));
      await once(socket, 'readable');
      const gone = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.write(clientFrame(new Uint8Array(bytes), { length: BigInt(3 * MIB) }));
      return gone;
    };
    await until(() => expect(engine.documents.load().connections).toBe(0));
    const large = begun(1.5 * MIB);
    const slow = begun(1_000);
    await Promise.all([large, slow]);
    // Somebody who says small things now and then is no such case.
    const idle = await engine.connect('anna').synced();
    expect(idle.provider.wsconnected).toBe(true);
  }, 30_000);

  test('of somebody who is sent away is at most 64 KiB', async () => {
    const engine = await startEngine();
    /** Says so much without answering the farewell; resolves when the server breaks off. */
    const stranger = async (bytes: number) => {
      const socket = await tcp(engine.port);
      socket.write(handshake(`/sync/${engine.documentId}`, { cookie: 'person=stranger' }));
      await once(socket, 'readable');
      const gone = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.write(clientFrame(new Uint8Array(bytes)));
      return { socket, gone };
    };
    const short = await stranger(64 * 1024);
    const long = await stranger(64 * 1024 + 1);
    await long.gone;
    // Who says little is waited for, some seconds.
    expect(short.socket.destroyed).toBe(false);
  });
});
