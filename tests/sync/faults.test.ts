import Database from 'better-sqlite3';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as Y from 'yjs';
import { addGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { DATABASE_FILE, openDatabase } from '#server/db/client.ts';
import { createDocuments } from '#server/documents/engine.ts';
import { verifyLedger } from '#server/documents/ledger/verify.ts';
import { createLog } from '#server/log.ts';
import type { TestClient } from '../support/clients.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import * as frames from '../support/frames.ts';
import { PeopleByName } from '../support/people-by-name.ts';
import { Random } from '../support/random.ts';

// What disks, other processes and clocks do to a server. What it acknowledged or showed stays; what it cannot keep it
// says at once, and the browser that has it sends it again.

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const goalsOf = (doc: Y.Doc) => readPlan(doc).goals.map((goal) => goal.title);
const pageOf = (engine: TestEngine) => engine.documents.read(engine.documentId, goalsOf);

async function pair(engine: TestEngine): Promise<{ anna: TestClient; juris: TestClient }> {
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const anna = await engine.connect('anna', { params: { v: '1' } }).synced();
  const juris = await engine.connect('juris', { params: { v: '1' } }).synced();
  addGoal(anna.doc, 'Pirms');
  await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms']));
  await until(() => expect([anna.saved, juris.saved]).toEqual([anna.frames, juris.frames]));
  return { anna, juris };
}

/** The code that the next connection of a client is closed with. */
function nextClose({ provider }: TestClient): Promise<number | undefined> {
  return new Promise((resolve) => {
    provider.once('connection-close', (event: { code: number } | null) => resolve(event?.code));
  });
}

describe('L6: a disk that takes nothing', () => {
  const faults: [string, (engine: TestEngine) => void, (engine: TestEngine) => void][] = [
    [
      'is full',
      ({ db }) => db.sqlite.pragma(`max_page_count = ${db.sqlite.pragma('page_count', { simple: true })}`),
      ({ db }) => db.sqlite.pragma('max_page_count = 1000000'),
    ],
    ['is read-only', ({ db }) => db.sqlite.pragma('query_only = 1'), ({ db }) => db.sqlite.pragma('query_only = 0')],
  ];

  test.each(faults)('because it %s', { timeout: 30_000 }, async (_name, begin, end) => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    begin(engine);
    const closes = [nextClose(anna), nextClose(juris)];
    const saved = anna.saved;
    const titles = Array.from({ length: 40 }, (_, i) => `${i} ${'x'.repeat(1000)}`);
    for (const title of titles) addGoal(anna.doc, title);
    expect(await Promise.all(closes)).toEqual([1011, 1011]);
    expect(anna.saved).toBe(saved);
    expect(goalsOf(juris.doc)).toEqual(['Pirms']);
    // Whoever only reads reads what is there.
    await until(async () => expect(await pageOf(engine)).toEqual(['Pirms']));
    end(engine);
    await until(() => expect(goalsOf(juris.doc)).toEqual(['Pirms', ...titles]), 20_000);
    expect(await pageOf(engine)).toEqual(['Pirms', ...titles]);
    expect((await verifyLedger(engine.db.sqlite, engine.documentId)).problems).toEqual([]);
  });
});

test('L4: more than may wait for a database that another process holds is sent away with 1013 and comes back', async () => {
  const engine = await startEngine({ limits: { pendingBytes: 40_000 } });
  const { anna, juris } = await pair(engine);
  const other = new Database(path.join(engine.dataDir, DATABASE_FILE));
  other.exec('BEGIN IMMEDIATE');
  const titles = (name: string) => Array.from({ length: 25 }, (_, i) => `${name} ${i} ${'x'.repeat(1000)}`);
  for (const title of titles('Anna')) addGoal(anna.doc, title);
  await until(() => expect(engine.documents.load().pendingRows).toBeGreaterThan(25));
  const close = nextClose(juris);
  for (const title of titles('Juris')) addGoal(juris.doc, title);
  expect(await close).toBe(1013);
  expect(await pageOf(engine)).toEqual(['Pirms']);
  other.close();
  const all = ['Pirms', ...titles('Anna'), ...titles('Juris')].toSorted();
  await until(() => {
    for (const { doc } of [anna, juris]) expect(goalsOf(doc).toSorted()).toEqual(all);
  }, 20_000);
  expect((await pageOf(engine))?.toSorted()).toEqual(all);
}, 30_000);

describe('L14: a write-ahead log that was torn', () => {
  /** What lies on disk of a server that is running, its log not yet taken over into the database. */
  async function disk() {
    const engine = await startEngine();
    engine.people.set('anna');
    // The empty plan is in the database itself, and all that follows in the log.
    engine.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    engine.db.sqlite.pragma('wal_autocheckpoint = 0');
    const writer = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
    const titles = Array.from({ length: 25 }, (_, i) => `Mērķis ${i}`);
    for (const title of titles) {
      addGoal(writer.doc, title);
      await writer.saved();
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'kopplans-torn-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const name = path.join(folder, DATABASE_FILE);
    copyFileSync(path.join(engine.dataDir, DATABASE_FILE), name);
    const log = readFileSync(path.join(engine.dataDir, `${DATABASE_FILE}-wal`));
    const base = readFileSync(name);
    await writer.close();
    return { folder, name, base, log, titles, documentId: engine.documentId };
  }

  type Disk = Awaited<ReturnType<typeof disk>>;

  /** Starts on a log like this, and returns the goals that are there. */
  async function goalsWith({ folder, name, base, documentId }: Disk, log: Buffer): Promise<string[]> {
    writeFileSync(name, base);
    writeFileSync(`${name}-wal`, log);
    rmSync(`${name}-shm`, { force: true });
    const db = openDatabase(folder);
    const people = new PeopleByName();
    people.db = db;
    people.set('anna');
    const documents = createDocuments({ db, log: createLog('silent'), directory: people, origin: null });
    try {
      expect(db.sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
      expect((await verifyLedger(db.sqlite, documentId)).problems).toEqual([]);
      const goals = (await documents.read(documentId, goalsOf)) ?? [];
      // It goes on from there.
      const writer = await documents.join(documentId, { personId: 'anna', organisationId: 'org' });
      addGoal(writer.doc, 'Tālāk');
      await writer.saved();
      await writer.close();
      expect((await verifyLedger(db.sqlite, documentId)).problems).toEqual([]);
      return goals;
    } finally {
      await documents.close();
      db.close();
    }
  }

  test(`behind the last commit loses nothing that was acknowledged`, { timeout: 60_000 }, async () => {
    const before = await disk();
    expect(await goalsWith(before, before.log)).toEqual(before.titles);
    const random = new Random(SEED);
    const junk = Buffer.from(Array.from({ length: 6000 }, () => random.below(256)));
    expect(await goalsWith(before, Buffer.concat([before.log, junk]))).toEqual(before.titles);
  });

  test(`anywhere opens as it was at a moment before, and whole (seed ${SEED})`, { timeout: 120_000 }, async () => {
    const before = await disk();
    const random = new Random(SEED);
    for (let round = 0; round < 12; round++) {
      const at = random.below(before.log.length);
      const log = Buffer.from(random.chance(0.5) ? before.log.subarray(0, at) : before.log);
      if (log.length > at) log[at] = (log[at] ?? 0) ^ (1 + random.below(255));
      const goals = await goalsWith(before, log);
      expect(goals, `at ${at}`).toEqual(before.titles.slice(0, goals.length));
    }
  });
});

describe('a clock that jumps', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const YEAR_MS = 365 * 24 * 3600 * 1000;

  test('C3: client ids that were claimed in a future that was none do not count against today', async () => {
    let offset = 5 * YEAR_MS;
    const engine = await startEngine({ now: () => Date.now() + offset, limits: { claimsPerDay: 2 } });
    engine.people.set('anna');
    const open = async () => {
      const page = await engine.connect('anna').synced();
      const claim = engine.db.sqlite.prepare('SELECT 1 FROM claim WHERE client_id = ?');
      await until(() => expect(claim.get(page.doc.clientID)).toBeTruthy());
    };
    for (let i = 0; i < 2; i++) await open();
    offset = 0;
    for (let i = 0; i < 2; i++) await open();
  });

  test('by years, to and fro, keeps nobody from writing and nothing from being shown', async () => {
    let offset = 0;
    const real = Date.now;
    const now = () => real() + offset;
    vi.spyOn(Date, 'now').mockImplementation(now);
    const engine = await startEngine({ now });
    const { anna, juris } = await pair(engine);
    const seen = () => juris.provider.awareness.getStates().get(anna.doc.clientID)?.focus as unknown;
    const goals = ['Pirms'];
    for (const years of [5, -5, 30, 0]) {
      offset = years * YEAR_MS;
      const title = `Pēc ${years} gadiem`;
      goals.push(title);
      addGoal(anna.doc, title);
      // y-websocket may find its connection silent for years, and make a new one.
      await until(() => expect(goalsOf(juris.doc)).toEqual(goals), 20_000);
      anna.provider.awareness.setLocalState({ focus: { item: title, field: 'title' } });
      await until(() => expect(seen()).toMatchObject({ item: title }), 20_000);
    }
    await engine.restart();
    expect(await pageOf(engine)).toEqual(goals);
    expect((await verifyLedger(engine.db.sqlite, engine.documentId)).problems).toEqual([]);
  }, 60_000);
});

test(
  'L6: what comes for a document that is dropped while it is being stored is not lost',
  { timeout: 30_000 },
  async () => {
    const engine = await startEngine();
    const { anna, juris } = await pair(engine);
    engine.db.sqlite.exec(
      "CREATE TRIGGER full BEFORE INSERT ON ledger WHEN NEW.kind = 'edit' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    const close = nextClose(anna);
    // Both write in the same moment, and once more while the server is letting go.
    addGoal(anna.doc, 'Anna');
    addGoal(juris.doc, 'Juris');
    setImmediate(() => addGoal(juris.doc, 'Vēl Juris'));
    expect(await close).toBe(1011);
    addGoal(anna.doc, 'Vēl Anna');
    engine.db.sqlite.exec('DROP TRIGGER full');
    await until(() => {
      const goals = goalsOf(anna.doc);
      expect(goalsOf(juris.doc)).toEqual(goals);
      expect(goals.toSorted()).toEqual(['Anna', 'Juris', 'Pirms', 'Vēl Anna', 'Vēl Juris']);
    }, 20_000);
    expect((await pageOf(engine))?.toSorted()).toEqual(goalsOf(anna.doc).toSorted());
  },
);

describe('limits that have a code of their own', () => {
  test('N1: connections of one document: 1013', async () => {
    const engine = await startEngine({ limits: { connectionsPerDocument: 2 } });
    await pair(engine);
    engine.people.set('ieva');
    expect(await engine.socket('ieva').closed).toEqual({ code: 1013, reason: 'later' });
  });

  test('N9: bytes a second: 1013', async () => {
    const engine = await startEngine({ limits: { bytesPerSecond: 1, byteBurst: 10_000 } });
    const { anna } = await pair(engine);
    engine.people.set('ieva');
    const socket = engine.socket('ieva');
    await socket.opened;
    for (let i = 0; i < 100; i++) socket.ws.send(frames.step2(Y.encodeStateAsUpdate(anna.doc)));
    expect(await socket.closed).toEqual({ code: 1013, reason: 'later' });
  });

  test('N2: frames that are larger than an update may be, whatever they say: 4400', async () => {
    const engine = await startEngine({ limits: { updateBytes: 10_000 } });
    const { anna, juris } = await pair(engine);
    const known = new Map(Array.from({ length: 5_000 }, (_, client) => [client, 1]));
    const echo = { x: 'x'.repeat(20_000) };
    for (const frame of [
      frames.sync(0, Y.encodeStateVector(known)),
      frames.awareness(juris.doc.clientID, 1, echo),
      frames.update(frames.forge(anna.doc, 4242, (copy) => addGoal(copy, echo.x))),
    ]) {
      const socket = engine.socket('anna');
      await socket.opened;
      socket.ws.send(frame);
      expect(await socket.closed).toEqual({ code: 4400, reason: 'too-large' });
    }
  });

  test("N9: an echo of others' presence above 64 KiB counts: 1013", async () => {
    const engine = await startEngine({ limits: { bytesPerSecond: 1, byteBurst: 100_000 } });
    const { juris } = await pair(engine);
    const echo = (i: number, length: number) => frames.awareness(juris.doc.clientID, i, { x: 'x'.repeat(length) });
    const small = engine.socket('anna');
    await small.opened;
    for (let i = 0; i < 10; i++) small.ws.send(echo(i, 60_000));
    const large = engine.socket('anna');
    await large.opened;
    for (let i = 0; i < 2; i++) large.ws.send(echo(i, 70_000));
    expect(await large.closed).toEqual({ code: 1013, reason: 'later' });
    expect(small.ws.readyState).toBe(small.ws.OPEN);
  });

  test.each(['ping', 'pong'] as const)('N9: %ss: 1013', async (kind) => {
    const engine = await startEngine({ limits: { messagesPerSecond: 1, messageBurst: 20 } });
    engine.people.set('ieva');
    const socket = engine.socket('ieva');
    await socket.opened;
    for (let i = 0; i < 40; i++) socket.ws[kind]();
    expect(await socket.closed).toEqual({ code: 1013, reason: 'later' });
  });
});
