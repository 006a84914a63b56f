import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as encoding from 'lib0/encoding';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { addAction, addGoal } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { DATABASE_FILE } from '#server/db/client.ts';
import { LedgerReader } from '#server/documents/ledger/reader.ts';
import { documentsWithLedger } from '#server/documents/ledger/verify.ts';
import { TestClient } from '../support/clients.ts';
import { until } from '../support/engine.ts';
import * as frames from '../support/frames.ts';
import { Random } from '../support/random.ts';
import { clientFrame, handshake, tcp } from '../support/raw-socket.ts';
import { startEngineProcess } from '../support/start-engine-process.ts';

// Bytes that no client of ours sends, on real sockets of strangers and of members, while two people go on writing: they
// lose nothing, the process lives, and its memory comes back down.

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** Connections that misbehave. */
const ATTACKS = Number(process.env.FRAME_ATTACKS ?? 400);
/** Of them at the same time. */
const AT_ONCE = 20;
const MIB = 1024 * 1024;
const MEMBERS = ['anna', 'juris', 'forger', 'reader:observer'];

test(
  `N2: ${ATTACKS} connections send anything at all (seed ${SEED})`,
  { timeout: 120_000 + ATTACKS * 500 },
  async () => {
    const random = new Random(SEED);
    const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-frames-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const server = await startEngineProcess(dataDir, MEMBERS);
    onTestFinished(() => server.kill());
    const open = (name: string) => new TestClient(server.port, server.documentId, name, { params: { v: '1' } });
    const [anna, juris] = [open('anna'), open('juris')];
    onTestFinished(() => {
      for (const { provider } of [anna, juris]) provider.destroy();
    });
    await Promise.all([anna.synced(), juris.synced()]);
    const left: unknown[] = [];
    for (const { provider } of [anna, juris]) provider.on('connection-close', (event: unknown) => left.push(event));

    const action = addAction(anna.doc, { title: 'Rīcība' });
    await until(() => planRoots(juris.doc).actions.has(action));
    const words: string[] = [];
    const write = () => {
      const { doc } = random.pick([anna, juris]);
      const word = `‹${words.length}›`;
      (planRoots(doc).actions.get(action)?.get('body') as Y.Text).insert(0, word);
      words.push(word);
    };
    const attack = async () => {
      const socket = await tcp(server.port);
      const gone = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      for (const bytes of conversation(random, server.documentId, anna.doc)) {
        write();
        if (!socket.writable || !socket.write(bytes)) break;
      }
      // Half of them wait for the server to end it, a few of which it lets stay.
      if (random.chance(0.5)) socket.end();
      else socket.destroy();
      await Promise.race([gone, closedByUs(socket)]);
    };
    const round = async (count: number) => {
      for (let done = 0; done < count; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, attack));
      await until(async () => expect((await server.memory()).load.connections).toBe(2), 30_000);
      return server.memory();
    };
    const warm = await round(ATTACKS / 4);
    const end = await round((ATTACKS * 3) / 4);

    await until(() => expect([anna.saved, juris.saved]).toEqual([anna.frames, juris.frames]), 30_000);
    await until(() => expect(readPlan(anna.doc)).toEqual(readPlan(juris.doc)), 30_000);
    const rows = editsOn(dataDir);
    const written = Buffer.concat(
      rows.filter(({ actorId }) => actorId !== 'forger').map(({ bytes }) => bytes),
    ).toString();
    expect(words.filter((word) => !written.includes(word))).toEqual([]);
    // One of the attackers may write: what a broken frame of theirs deletes or cuts apart is an edit of theirs.
    if (!rows.some(({ actorId }) => actorId === 'forger')) {
      const text = readPlan(juris.doc).actions.find(({ id }) => id === action)?.body ?? '';
      expect(words.filter((word) => !text.includes(word))).toEqual([]);
    }
    expect(rows.filter(({ actorId }) => !['anna', 'juris', 'forger', null].includes(actorId))).toEqual([]);
    expect(left).toEqual([]);
    const grown = end.heapUsed + end.external - warm.heapUsed - warm.external;
    process.stdout.write(`frames: seed ${SEED}, ${ATTACKS} attacks, memory ${(grown / MIB).toFixed(1)} MiB more\n`);
    expect(grown).toBeLessThan(16 * MIB);
  },
);

type Edit = { actorId: string | null; bytes: Buffer };

/** What the ledger on disk says was changed, while the server runs on. */
function editsOn(dataDir: string): Edit[] {
  const db = new Database(path.join(dataDir, DATABASE_FILE), { readonly: true });
  try {
    const ledger = new LedgerReader(db);
    const rows = documentsWithLedger(db).flatMap((id) => [...ledger.rows(id, 1, ledger.headSeq(id) ?? 0)]);
    return rows.filter(({ kind }) => kind !== 'claim');
  } finally {
    db.close();
  }
}

function closedByUs(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.setTimeout(200, () => {
      socket.destroy();
      resolve(null);
    });
  });
}

/** What one connection says, piece by piece. */
function* conversation(random: Random, documentId: string, doc: Y.Doc): Iterable<Uint8Array> {
  const greeting = Buffer.from(random.chance(0.7) ? properHandshake(random, documentId) : brokenHandshake(random));
  // Also in pieces, and only half of it.
  if (random.chance(0.1)) return yield greeting.subarray(0, random.below(greeting.length));
  if (random.chance(0.1)) yield* pieces(random, greeting);
  else yield greeting;
  for (let count = random.below(6); count > 0; count--) {
    const bytes = frame(random, doc);
    if (random.chance(0.1)) yield* pieces(random, bytes.subarray(0, 2000));
    else yield bytes;
  }
}

function* pieces(random: Random, bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(Math.ceil(bytes.length / 4));
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

function properHandshake(random: Random, documentId: string): string {
  const cookie = random.pick(['person=forger', 'person=forger', 'person=reader', 'person=stranger', 'x', '']);
  const query = random.pick([
    '',
    '?v=1',
    '?v=1&schema=1',
    '?schema=0',
    '?v=',
    '?schema=%00',
    '?v=1&v=2',
    `?${'x'.repeat(900)}`,
  ]);
  return handshake(`/sync/${random.chance(0.9) ? documentId : 'nothing'}${query}`, cookie ? { cookie } : {});
}

const PATHS = [
  '/',
  '/sync',
  '/sync/',
  '/sync/../x',
  '/sync/%00',
  '/sync/%',
  '/sync/a/b',
  '//sync/x',
  '*',
  '/sync/🙂',
  'http://x/sync/y',
  '',
];
const HEADERS: Record<string, string>[] = [
  { 'sec-websocket-key': '' },
  { 'sec-websocket-key': 'short' },
  { 'sec-websocket-version': '7' },
  { 'sec-websocket-version': 'x' },
  { upgrade: 'h2c' },
  { connection: 'close' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { cookie: 'x'.repeat(8000) },
  { cookie: 'person=\u0001' },
  { 'sec-websocket-extensions': 'permessage-deflate; server_max_window_bits=99' },
  { 'sec-websocket-protocol': ',,,' },
  { 'content-length': '-1' },
  { 'transfer-encoding': 'chunked' },
];

function brokenHandshake(random: Random): string {
  const path = random.chance(0.5) ? random.pick(PATHS) : '/sync/nothing';
  const text = handshake(path, random.chance(0.8) ? random.pick(HEADERS) : {});
  const dice = random.next();
  if (dice < 0.1) return text.replace('GET', random.pick(['POST', 'PUT', 'CONNECT', 'get', '']));
  if (dice < 0.2) return text.replace('HTTP/1.1', random.pick(['HTTP/1.0', 'HTTP/2', 'SPDY']));
  if (dice < 0.3) return text.replaceAll('\r\n', random.pick(['\n', '\r', '']));
  if (dice < 0.35) return noise(random, 200).toString('latin1');
  return text;
}

function noise(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: random.below(most) }, () => random.below(256)));
}

/** Any frame: a message of every kind, mutated or not, in a frame that is right or wrong. */
function frame(random: Random, doc: Y.Doc): Uint8Array {
  const payload = random.chance(0.6) ? mutated(random, message(random, doc)) : message(random, doc);
  switch (random.below(16)) {
    case 0:
      return clientFrame(payload, { opcode: 1 });
    case 1:
      return clientFrame(payload, { opcode: random.below(16) });
    case 2:
      return clientFrame(payload, { masked: false });
    case 3:
      return clientFrame(payload, { reserved: 1 + random.below(7) });
    case 4:
      return clientFrame(payload, {
        length: random.pick([0n, 1n, 125n, 126n, 65_535n, 65_536n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]),
      });
    case 5: {
      const cut = random.below(payload.length + 1);
      const first = clientFrame(payload.subarray(0, cut), { fin: false });
      const rest = clientFrame(payload.subarray(cut), { opcode: random.chance(0.8) ? 0 : 2 });
      return Buffer.concat(
        random.chance(0.8) ? [first, clientFrame(noise(random, 100), { opcode: 9 }), rest] : [first],
      );
    }
    case 6:
      // Very many pieces of nothing.
      return Buffer.concat(
        Array.from({ length: 2000 }, (_, i) => clientFrame(new Uint8Array(), { fin: false, opcode: i > 0 ? 0 : 2 })),
      );
    case 7:
      return Buffer.concat(Array.from({ length: 500 }, () => clientFrame(noise(random, 120), { opcode: 9 })));
    case 8:
      return clientFrame(noise(random, 120), { opcode: 8, fin: random.chance(0.9) });
    case 9:
      return noise(random, 300);
    case 10:
      return clientFrame(randomBytes(random.pick([1, 65_536, MIB])));
    default:
      return clientFrame(payload);
  }
}

function message(random: Random, doc: Y.Doc): Uint8Array {
  const clientId = random.pick([doc.clientID, 1 + random.below(1000), 0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]);
  switch (random.below(11)) {
    case 0:
      return frames.step1();
    case 1:
      return frames.sync(0, Y.encodeStateVector(new Map([[clientId, random.below(2 ** 31)]])));
    case 2:
      return frames.sync(random.below(5), noise(random, 60));
    case 3:
      return frames.step2(Y.encodeStateAsUpdate(doc));
    case 4:
      return frames.update(frames.forge(doc, 1 + random.below(2 ** 31), (copy) => addGoal(copy, 'Viltots')));
    case 5:
      return frames.update(frames.forge(doc, doc.clientID, (copy) => addGoal(copy, 'Viltots')));
    case 6:
      return frames.awareness(
        clientId,
        random.below(2 ** 31),
        random.pick([{}, null, [], 'x', 1, { user: { id: 'anna' } }]),
      );
    case 7:
      // A count that is not true.
      return encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, random.pick([0, 1]));
        if (random.chance(0.5)) encoding.writeVarUint(encoder, random.below(3));
        encoding.writeVarUint(encoder, random.pick([2 ** 20, 2 ** 32, 2 ** 53 - 1]));
      });
    case 8:
      return frames.queryAwareness();
    case 9:
      return Uint8Array.of(random.pick([2, 4, 100, 101, 102, 103, 127]), ...noise(random, 20));
    default:
      return noise(random, 200);
  }
}

function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let count = 1 + random.below(4); count > 0 && copy.length > 0; count--) {
    copy[random.below(copy.length)] = random.pick([0, 1, 127, 128, 255, random.below(256)]);
  }
  return random.chance(0.3) ? copy.subarray(0, random.below(copy.length + 1)) : copy;
}
