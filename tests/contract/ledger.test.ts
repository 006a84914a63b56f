import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { addAction, addGoal, removeGoal } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { digestOfChunk, type ChunkRow } from '#server/documents/ledger/chunk.ts';
import { Packer } from '#server/documents/ledger/packer.ts';
import { LedgerReader } from '#server/documents/ledger/reader.ts';
import { isSnapshotDue, weightOf } from '#server/documents/ledger/snapshots.ts';
import { verifyLedger, type Anchor, type LedgerProblem } from '#server/documents/ledger/verify.ts';
import { createLog } from '#server/log.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import * as frames from '../support/frames.ts';
import { packAll, writeKeystrokes } from '../support/history.ts';

async function written() {
  const engine = await startEngine();
  engine.people.set('anna');
  const writer = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
  for (const title of ['Viens', 'Divi', 'Trīs']) addGoal(writer.doc, title);
  removeGoal(writer.doc, addGoal(writer.doc, 'Četri'));
  await writer.close();
  const sqlite = engine.db.sqlite;
  const verify = async () => (await verifyLedger(sqlite, engine.documentId)).problems.map(({ problem }) => problem);
  expect(await verify()).toEqual([]);
  // Somebody with the file in hand does not ask for foreign keys.
  sqlite.pragma('foreign_keys = OFF');
  return { engine, sqlite, verify };
}

test('L2: a row says what was inserted and deleted, with the words; what changes nothing leaves no row', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const newest = () => {
    const row = engine.db.sqlite.prepare('SELECT seq, inserted, deleted FROM ledger ORDER BY seq DESC').get();
    const { seq, inserted, deleted } = row as { seq: number; inserted: string; deleted: string };
    return { seq, inserted: JSON.parse(inserted) as unknown, deleted: JSON.parse(deleted) as unknown };
  };
  const anna = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
  const clock = () => Y.getState(anna.doc.store, anna.doc.clientID);
  const goal = planRoots(anna.doc).goals.get(addGoal(anna.doc, 'Krasts'));
  const title = goal?.get('title') as Y.Text;
  const first = title._start?.id.clock ?? 0;
  const offline = new Y.Doc();
  Y.applyUpdate(offline, Y.encodeStateAsUpdate(anna.doc));
  title.delete(1, 3);
  await anna.saved();
  expect(newest()).toMatchObject({ inserted: [], deleted: [[anna.doc.clientID, first + 1, 3, 'ras']] });

  goal?.set('order', 'a1');
  await anna.saved();
  const { id } = goal?._map.get('order') ?? {};
  goal?.set('order', 'a2');
  await anna.saved();
  expect(newest()).toMatchObject({
    inserted: [[anna.doc.clientID, clock() - 1, 1]],
    deleted: [[anna.doc.clientID, id?.clock, 1, null]],
  });

  // Somebody without network has deleted the same letters meanwhile.
  const { seq } = newest();
  for (const one of planRoots(offline).goals.values()) (one.get('title') as Y.Text).delete(1, 3);
  const socket = engine.socket('juris', { query: '?v=1' });
  await socket.opened;
  socket.ws.send(frames.update(Y.encodeStateAsUpdate(offline)));
  await until(() => socket.frames.some((frame) => frame[0] === 100));
  expect(newest().seq).toBe(seq);
});

describe('ledger:verify finds (L7)', () => {
  const columns = [
    'actor_id',
    'organisation_id',
    'connection_id',
    'at',
    'kind',
    'bytes',
    'inserted',
    'deleted',
    'provenance',
    'prev_hash',
    'hash',
    'seq',
    'document_id',
  ];
  test.each(columns)('a flipped byte in %s', async (column) => {
    const { sqlite, verify } = await written();
    const row = sqlite.prepare(`SELECT ${column} AS value FROM ledger WHERE seq = 4`).get() as { value: unknown };
    sqlite.prepare(`UPDATE ledger SET ${column} = ? WHERE seq = 4`).run(flipped(row.value));
    expect(await verify()).not.toEqual([]);
  });

  test('a value that became null, and a null that became a value', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec("UPDATE ledger SET actor_id = '' WHERE seq = 1");
    expect(await verify()).toContain<LedgerProblem['problem']>('changed');
    sqlite.exec('UPDATE ledger SET actor_id = NULL WHERE seq = 1');
    expect(await verify()).toEqual([]);
    sqlite.exec('UPDATE ledger SET connection_id = NULL WHERE seq = 4');
    expect(await verify()).toContain<LedgerProblem['problem']>('changed');
  });

  test('a removed row, the first one too', async () => {
    for (const seq of [1, 3, 5]) {
      const { sqlite, verify } = await written();
      sqlite.prepare('DELETE FROM ledger WHERE seq = ?').run(seq);
      expect(await verify()).toContain<LedgerProblem['problem']>('gap');
    }
  });

  test('two rows in each other’s place', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec('UPDATE ledger SET seq = 1000 WHERE seq = 4');
    sqlite.exec('UPDATE ledger SET seq = 4 WHERE seq = 5');
    sqlite.exec('UPDATE ledger SET seq = 5 WHERE seq = 1000');
    expect(await verify()).not.toEqual([]);
  });

  test('a last row that is cut off', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec('DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)');
    expect(await verify()).toEqual(['head']);
  });

  test('a row that was added behind the last', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec(`INSERT INTO ledger SELECT document_id, seq + 1, actor_id, organisation_id, connection_id, at, kind, bytes,
      inserted, deleted, provenance, prev_hash, hash FROM ledger ORDER BY seq DESC LIMIT 1`);
    expect(await verify()).toContain<LedgerProblem['problem']>('head');
  });

  test('a claim that says another name', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec("UPDATE claim SET person_id = 'juris' WHERE person_id = 'anna'");
    expect(await verify()).toEqual(['claims']);
  });
});

/** A ledger of some chunks with rows behind them. */
async function packed() {
  const engine = await startEngine();
  await writeKeystrokes(engine, 1_500);
  await engine.restart();
  await engine.documents.read(engine.documentId, () => {});
  await packAll(engine);
  const sqlite = engine.db.sqlite;
  sqlite.pragma('foreign_keys = OFF');
  const report = (anchors: Anchor[] = []) => verifyLedger(sqlite, engine.documentId, { anchors });
  const verify = async () => (await report()).problems.map(({ problem }) => problem);
  expect(sqlite.prepare('SELECT count(*) AS n FROM ledger_chunk').get()).toEqual({ n: 2 });
  expect(await report()).toMatchObject({ problems: [], rows: headOf(engine) });
  return { engine, sqlite, report, verify };
}

function headOf(engine: TestEngine): number {
  return (engine.db.sqlite.prepare('SELECT head_seq FROM document').get() as { head_seq: number }).head_seq;
}

const hashAt = (engine: TestEngine, seq: number) =>
  (engine.db.sqlite.prepare('SELECT hex(hash) AS hash FROM ledger WHERE seq = ?').get(seq) as { hash: string }).hash;

describe('ledger:verify finds in chunks (L10)', () => {
  test.each(['document_id', 'first_seq', 'last_seq', 'earliest_at', 'prev_hash', 'hash', 'bytes', 'digest'])(
    'a flipped byte in %s',
    async (column) => {
      const { sqlite, verify } = await packed();
      const row = sqlite.prepare(`SELECT ${column} AS value FROM ledger_chunk WHERE first_seq = 1`).get();
      const { value } = row as { value: unknown };
      sqlite.prepare(`UPDATE ledger_chunk SET ${column} = ? WHERE first_seq = 1`).run(flipped(value));
      expect(await verify()).not.toEqual([]);
    },
  );

  test('a flipped bit anywhere in the compressed rows', async () => {
    const { sqlite, verify } = await packed();
    const { bytes } = sqlite.prepare('SELECT bytes FROM ledger_chunk WHERE first_seq = 1').get() as { bytes: Buffer };
    const change = sqlite.prepare('UPDATE ledger_chunk SET bytes = ? WHERE first_seq = 1');
    for (let i = 0; i < bytes.length; i += 1 + Math.floor(bytes.length / 60)) {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(i) ^ (1 << (i % 8)), i);
      change.run(copy);
      expect(await verify(), `byte ${i}`).toContain<LedgerProblem['problem']>('changed');
    }
    change.run(bytes);
    expect(await verify()).toEqual([]);
  });

  test('other rows under a digest that fits', async () => {
    const { sqlite, verify } = await packed();
    const chunk = sqlite.prepare('SELECT * FROM ledger_chunk WHERE first_seq = 1').get() as ChunkRow;
    const rows = zstdDecompressSync(chunk.bytes);
    const at = rows.indexOf('anna');
    for (const forged of [
      Buffer.concat([rows.subarray(0, at), Buffer.from('juri'), rows.subarray(at + 4)]),
      Buffer.concat([rows, Buffer.from([0, 0, 0, 0])]),
      rows.subarray(4 + rows.readUInt32LE(0)),
      rows.subarray(0, -1),
      Buffer.alloc(0),
    ]) {
      const other = { ...chunk, bytes: zstdCompressSync(forged) };
      sqlite
        .prepare('UPDATE ledger_chunk SET bytes = ?, digest = ? WHERE first_seq = 1')
        .run(other.bytes, digestOfChunk(other));
      expect(await verify()).toContain<LedgerProblem['problem']>('changed');
    }
  });

  test('a removed chunk, the first one too', async () => {
    for (const order of ['ASC', 'DESC']) {
      const { sqlite, verify } = await packed();
      sqlite.exec(
        `DELETE FROM ledger_chunk WHERE first_seq = (SELECT first_seq FROM ledger_chunk ORDER BY first_seq ${order} LIMIT 1)`,
      );
      expect(await verify()).toEqual(expect.arrayContaining(['gap', 'chain']));
    }
  });

  test('two chunks in each other’s place', async () => {
    const { sqlite, verify } = await packed();
    const [a, b] = sqlite.prepare('SELECT * FROM ledger_chunk ORDER BY first_seq').all() as [ChunkRow, ChunkRow];
    const put = sqlite.prepare(
      'UPDATE ledger_chunk SET prev_hash = @prev_hash, hash = @hash, bytes = @bytes, digest = @digest WHERE first_seq = @first_seq',
    );
    for (const [to, from] of [
      [a, b],
      [b, a],
    ] as const) {
      const moved = { ...from, first_seq: to.first_seq, last_seq: to.last_seq };
      put.run({ ...moved, digest: digestOfChunk(moved) });
    }
    expect(await verify()).toContain<LedgerProblem['problem']>('chain');
  });

  test('a chunk that is there twice, and one that ends where another does', async () => {
    const { sqlite, verify } = await packed();
    const chunk = sqlite.prepare('SELECT * FROM ledger_chunk WHERE first_seq = 1').get() as ChunkRow;
    const copy = { ...chunk, first_seq: 100 };
    sqlite
      .prepare(
        'INSERT INTO ledger_chunk VALUES (@document_id, @first_seq, @last_seq, @earliest_at, @prev_hash, @hash, @bytes, @digest)',
      )
      .run({ ...copy, digest: digestOfChunk(copy) });
    expect(await verify()).toContain<LedgerProblem['problem']>('gap');
  });

  test('everything behind the chunks cut off, and the last chunk too', async () => {
    const { sqlite, verify } = await packed();
    sqlite.exec('DELETE FROM ledger');
    expect(await verify()).toEqual(expect.arrayContaining(['head']));
    sqlite.exec('DELETE FROM ledger_chunk WHERE first_seq > 1');
    expect(await verify()).toEqual(expect.arrayContaining(['head']));
  });

  test('a row that is in a chunk and by itself as well', async () => {
    const { sqlite, verify } = await packed();
    sqlite.exec(`INSERT INTO ledger SELECT document_id, 7, actor_id, organisation_id, connection_id, at, kind, bytes,
      inserted, deleted, provenance, prev_hash, hash FROM ledger LIMIT 1`);
    expect(await verify()).toContain<LedgerProblem['problem']>('overlap');
  });

  test('a claim that says another name', async () => {
    const { sqlite, verify } = await packed();
    sqlite.exec("UPDATE claim SET person_id = 'juris' WHERE person_id = 'anna'");
    expect(await verify()).toEqual(['claims']);
  });
});

test('heads that were remembered elsewhere have to be in the chain, also within chunks (L11)', async () => {
  const engine = await startEngine();
  await writeKeystrokes(engine, 1_500);
  const anchors = [2, 700, headOf(engine)].map((seq) => ({ seq, hash: hashAt(engine, seq) }));
  await packAll(engine);
  const problems = async (anchors: Anchor[]) =>
    (await verifyLedger(engine.db.sqlite, engine.documentId, { anchors })).problems;
  expect(await problems(anchors)).toEqual([]);
  for (const { seq } of anchors) {
    expect(await problems([{ seq, hash: 'ab'.repeat(32) }])).toEqual([{ seq, problem: 'anchor' }]);
  }
  // Cut off so well that the document itself remembers nothing else.
  const [, , last] = anchors;
  engine.db.sqlite.exec(`DELETE FROM ledger WHERE seq > (SELECT max(seq) - 3 FROM ledger);
    DELETE FROM snapshot;
    UPDATE document SET (head_seq, head_hash) = (SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1)`);
  expect(await problems([])).toEqual([]);
  expect(await problems(anchors)).toEqual([{ seq: last?.seq, problem: 'anchor' }]);
});

describe('history is packed (L10)', () => {
  const rowsOf = (engine: TestEngine) => [
    ...new LedgerReader(engine.db.sqlite).rows(engine.documentId, 1, headOf(engine)),
  ];

  test('without losing anything: every column of every row reads as before', async () => {
    const engine = await startEngine();
    await writeKeystrokes(engine, 1_200);
    const anna = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: null });
    const goal = addGoal(anna.doc, 'Zaļš ķirsis 🌳 un “pēdiņas”');
    removeGoal(anna.doc, goal);
    planRoots(anna.doc).goals.delete(goal);
    for (let i = 0; i < 600; i++) addGoal(anna.doc, `Mērķis ${i}`);
    await anna.close();
    await engine.restart();
    const before = rowsOf(engine);
    expect(before.some(({ deleted }) => deleted.includes('ķirsis 🌳'))).toBe(true);
    await packAll(engine);
    const { n } = engine.db.sqlite.prepare('SELECT count(*) AS n FROM ledger').get() as { n: number };
    expect(n).toBeLessThan(512);
    expect(rowsOf(engine)).toEqual(before);
  });

  test('by the engine itself, while it runs and from before it was started, and everything goes on', async () => {
    const engine = await startEngine();
    await writeKeystrokes(engine, 3_000);
    const chunks = () => (engine.db.sqlite.prepare('SELECT count(*) AS n FROM ledger_chunk').get() as { n: number }).n;
    await until(() => chunks() >= 4, 10_000);
    const anna = await engine.connect('anna').synced();
    addGoal(anna.doc, 'Pēc tam');
    await until(async () =>
      expect(await engine.documents.read(engine.documentId, (doc) => readPlan(doc).goals.length)).toBe(1),
    );
    expect((await verifyLedger(engine.db.sqlite, engine.documentId)).problems).toEqual([]);
    expect([...(await engine.documents.contributors(engine.documentId))]).toEqual(['anna']);
  });

  test('but not what is damaged: it stays for the check to name', async () => {
    const engine = await startEngine();
    await writeKeystrokes(engine, 1_200);
    await engine.restart();
    engine.db.sqlite.exec("UPDATE ledger SET inserted = '[]' WHERE seq = 300");
    await packAll(engine);
    expect(engine.db.sqlite.prepare('SELECT count(*) AS n FROM ledger_chunk').get()).toEqual({ n: 0 });
    const { problems } = await verifyLedger(engine.db.sqlite, engine.documentId);
    expect(problems).toEqual([{ seq: 300, problem: 'changed' }]);
  });

  test('once, although two want to pack the same at the same time', async () => {
    const engine = await startEngine();
    await writeKeystrokes(engine, 1_200);
    await engine.restart();
    const before = rowsOf(engine);
    const packers = [1, 2].map(() => new Packer(engine.db.sqlite, createLog('silent')));
    const done = await Promise.all(packers.map((packer) => packer.pack(engine.documentId)));
    // The engine itself may have been first.
    expect(done.filter((result) => result === 'packed').length).toBeLessThanOrEqual(1);
    await packAll(engine);
    expect(rowsOf(engine)).toEqual(before);
    expect((await verifyLedger(engine.db.sqlite, engine.documentId)).problems).toEqual([]);
  });

  test('while another process writes it waits, and while a check runs both come to their end', async () => {
    const engine = await startEngine();
    await writeKeystrokes(engine, 2_000);
    await engine.restart();
    const packer = new Packer(engine.db.sqlite, createLog('silent'));
    const other = new Database(path.join(engine.dataDir, 'kopplans.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    expect(await packer.pack(engine.documentId)).toBe('busy');
    other.exec('ROLLBACK');
    other.close();
    const check = verifyLedger(engine.db.sqlite, engine.documentId);
    await packAll(engine);
    expect(await check).toMatchObject({ rows: headOf(engine), problems: [] });
  });
});

test('L5: the database waits for the disk', async () => {
  const { engine } = await written();
  expect(engine.db.sqlite.pragma('synchronous', { simple: true })).toBe(2);
  expect(engine.db.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
});

describe('opening a document (L12, L13)', () => {
  const state = (engine: TestEngine) => engine.documents.read(engine.documentId, (doc) => Y.encodeStateAsUpdate(doc));
  const snapshotOf = (engine: TestEngine) =>
    engine.db.sqlite.prepare('SELECT seq, state FROM snapshot').get() as { seq: number; state: Buffer } | undefined;
  const bySnapshot: Record<string, (engine: TestEngine, snapshot: { seq: number; state: Buffer }) => unknown[]> = {
    'is cut off': (_, { seq, state }) => [seq, state.subarray(0, state.length >> 1), null],
    'is no state at all': (_, { seq }) => [seq, Buffer.from('not a state'), null],
    'is empty': (_, { seq }) => [seq, Buffer.alloc(0), null],
    'is of a row that there is not': (engine, { state }) => [headOf(engine) + 1, state, null],
    'has a letter that was flipped': (_, { seq, state }) => {
      const copy = Buffer.from(state);
      copy[copy.indexOf('Talka')] = 'R'.charCodeAt(0);
      return [seq, copy, createHash('sha256').update(state).digest()];
    },
    'lacks what the rows behind it build on': (_, { seq }) => [seq, Y.encodeStateAsUpdate(new Y.Doc()), null],
  };

  test.each(Object.keys(bySnapshot))(
    'whose snapshot %s gives the same document, made of all its rows',
    async (name) => {
      for (const isPacked of [false, true]) {
        const engine = await startEngine();
        await writeKeystrokes(engine, 1_000);
        const anna = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
        await engine.restart();
        const before = await state(engine);
        if (isPacked) await packAll(engine);
        await anna.close();
        await engine.restart();
        const snapshot = snapshotOf(engine);
        if (!snapshot) throw new Error('There is no snapshot');
        // A row behind it, so that there is something to build on it.
        const values = bySnapshot[name]?.(engine, snapshot) ?? [];
        const seq = name.startsWith('lacks') ? headOf(engine) - 1 : values[0];
        engine.db.sqlite.prepare('UPDATE snapshot SET seq = ?, state = ?, digest = ?').run(seq, ...values.slice(1));
        expect(await state(engine)).toEqual(before);
        expect(snapshotOf(engine)).toBeUndefined();
        // And there is a sound one soon.
        await engine.restart();
        expect(snapshotOf(engine)?.seq).toBe(headOf(engine));
        expect(await state(engine)).toEqual(before);
      }
    },
  );

  test('whose snapshot is no good opens also while nothing can be deleted', async () => {
    const engine = await startEngine();
    await writeKeystrokes(engine, 1_000);
    await engine.restart();
    const before = await state(engine);
    await engine.restart();
    engine.db.sqlite.exec(`UPDATE snapshot SET state = x'00', digest = NULL`);
    engine.db.sqlite.exec(
      `CREATE TRIGGER full BEFORE DELETE ON snapshot BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
    );
    expect(await state(engine)).toEqual(before);
  });

  test('L3, L8: without its snapshot is as with it', async () => {
    const engine = await startEngine();
    await writeKeystrokes(engine, 1_500);
    expect(snapshotOf(engine)?.seq).toBeGreaterThan(500);
    const before = await state(engine);
    await engine.restart();
    engine.db.sqlite.exec('DELETE FROM snapshot');
    expect(await state(engine)).toEqual(before);
  });

  test('of which a row is missing answers 1011, to nobody with half of it, and others open as ever', async () => {
    const engine = await startEngine();
    const other = await engine.documents.createPlan({ workspaceId: 'workspace', year: 2026, title: 'Cits' });
    await writeKeystrokes(engine, 50);
    await engine.restart();
    engine.db.sqlite.exec('DELETE FROM snapshot');
    engine.db.sqlite.exec('DELETE FROM ledger WHERE seq = 20');
    for (let i = 0; i < 2; i++) {
      const socket = engine.socket('anna');
      expect(await socket.closed).toMatchObject({ code: 1011 });
      expect(socket.frames).toEqual([]);
    }
    await expect(engine.documents.read(engine.documentId, readPlan)).rejects.toThrow('Row 20');
    expect(await engine.documents.read(other, (doc) => readPlan(doc).title)).toBe('Cits');
  });
});

test('G21: what is typed and deleted again and again does not fill a document', async () => {
  const engine = await startEngine({ limits: { documentBytes: 256 * 1024 } });
  const anna = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
  const body = planRoots(anna.doc)
    .actions.get(addAction(anna.doc, { title: 'Talka' }))
    ?.get('body') as Y.Text;
  let written = 0;
  anna.doc.on('update', (update: Uint8Array) => (written += update.length));
  while (written < 1024 * 1024) {
    body.insert(0, 'ā'.repeat(20_000));
    body.delete(0, 20_000);
    await anna.saved();
  }
  await anna.close();
});

test('a snapshot is due by weight: often enough for who opens, seldom enough for who writes (L12)', () => {
  const rows = (count: number) => weightOf(Array.from({ length: count }, () => ({ bytes: new Uint8Array(30) })));
  const kilobyte = 1024;
  expect(isSnapshotDue(rows(200), 10 * kilobyte)).toBe(false);
  expect(isSnapshotDue(rows(1_000), 10 * kilobyte)).toBe(true);
  expect(isSnapshotDue(rows(1_000), 8 * kilobyte ** 2)).toBe(false);
  expect(isSnapshotDue(rows(8_000), 8 * kilobyte ** 2)).toBe(true);
  expect(isSnapshotDue(rows(30_000), 500 * kilobyte ** 2)).toBe(true);
});

function flipped(value: unknown): unknown {
  if (typeof value === 'number') return value ^ 64;
  if (Buffer.isBuffer(value)) {
    const copy = Buffer.from(value);
    copy[0] = (copy[0] ?? 0) ^ 1;
    return copy;
  }
  const text = String(value);
  return String.fromCharCode(text.charCodeAt(0) ^ 1) + text.slice(1);
}
