import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as Y from 'yjs';
import { DATABASE_FILE, openDatabase, type Db } from '#server/db/client.ts';
import { FIRST_HASH } from '#server/documents/ledger/chain.ts';
import { Ledger, type Head, type LedgerEntry } from '#server/documents/ledger/ledger.ts';
import { LedgerReader } from '#server/documents/ledger/reader.ts';
import { Packer } from '#server/documents/ledger/packer.ts';
import { Snapshots } from '#server/documents/ledger/snapshots.ts';
import { verifyStates } from '#server/documents/ledger/verify-states.ts';
import { verifyLedger } from '#server/documents/ledger/verify.ts';
import { createLog } from '#server/log.ts';

// `npm run bench -- ledger`: how fast a ledger of keystrokes is checked, as rows and as chunks, how large it is, and
// how fast it is replayed.

const ROWS = 300_000;
const WRITERS = 20;
const ROUNDS = 5;
const ROWS_A_TRANSACTION = 500;

export async function benchLedger(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-bench-'));
  const db = openDatabase(dataDir);
  try {
    write(db);
    const rows = { 'CPU, rows a second': await verified(db), 'bytes a row': size(db, dataDir) };
    const slices = await pack(db);
    console.log(`put into chunks: ${slices.length} slices of ${median(slices).toFixed(1)} ms CPU (median)`);
    db.sqlite.exec('VACUUM');
    const chunks = { 'CPU, rows a second': await verified(db), 'bytes a row': size(db, dataDir) };
    console.table({ rows, chunks });
    console.log(`replayed and compared with the snapshot: ${await replayed(db)} rows a second (CPU)`);
  } finally {
    db.close();
    rmSync(dataDir, { recursive: true });
  }
}

/** Keystrokes of several people in turn, as the engine writes them. */
function write(db: Db): void {
  db.sqlite.pragma('foreign_keys = OFF');
  db.sqlite.exec(`INSERT INTO document (id, workspace_id, kind, created_at) VALUES ('d', 'w', 'plan', 0)`);
  const ledger = new Ledger(db.sqlite);
  const writers = Array.from({ length: WRITERS }, (_, i) => writer(i));
  let head: Head = { seq: 0, hash: FIRST_HASH };
  while (head.seq < ROWS) {
    const entries = Array.from({ length: ROWS_A_TRANSACTION }, (_, i) => writers[i % WRITERS]?.(head.seq + i));
    head = db.sqlite.transaction(() =>
      ledger.append(
        'd',
        head,
        entries.filter((entry) => entry !== undefined),
      ),
    )();
  }
}

function writer(number: number): (seq: number) => LedgerEntry {
  const doc = new Y.Doc();
  const text = doc.getText('body');
  let bytes: Uint8Array = new Uint8Array();
  doc.on('update', (update: Uint8Array) => (bytes = update));
  return (seq) => {
    const clock = text.length;
    text.insert(clock, 'Kopā ar kaimiņiem sakopjam parku. '.charAt(clock % 34));
    return {
      actorId: `person-of-twenty-${number}`,
      organisationId: `organisation-${number % 7}`,
      connectionId: `connection-of-person-${number}`,
      at: 1_760_000_000_000 + 37 * seq,
      kind: 'edit',
      bytes,
      inserted: [[doc.clientID, clock, 1]],
      deleted: [],
      provenance: [],
    };
  };
}

/** Puts all rows into chunks. CPU time of each slice of work, which is compressed in part off the event loop. */
async function pack(db: Db): Promise<number[]> {
  const log = createLog('warn');
  const snapshots = new Snapshots(db.sqlite, new LedgerReader(db.sqlite), log);
  const head = new Ledger(db.sqlite).head('d');
  if (!head) throw new Error('there is no document');
  snapshots.store('d', head.seq, snapshots.load('d', head).doc);
  const packer = new Packer(db.sqlite, log);
  const slices: number[] = [];
  for (;;) {
    const before = process.cpuUsage();
    if ((await packer.pack('d')) !== 'packed') return slices;
    const { user, system } = process.cpuUsage(before);
    slices.push((user + system) / 1000);
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Median of several rounds. */
async function verified(db: Db): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const rate = await rateOf(async () => {
      const { rows, problems } = await verifyLedger(db.sqlite, 'd', { states: false });
      if (rows !== ROWS || problems.length > 0) throw new Error('the ledger is not in order');
    });
    rates.push(rate);
  }
  return median(rates);
}

function replayed(db: Db): Promise<number> {
  return rateOf(async () => {
    if ((await verifyStates(db.sqlite, 'd')).length > 0) throw new Error('the snapshot is not what the rows make');
  });
}

/** Rows a second of CPU time. */
async function rateOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((ROWS / (user + system)) * 1e6);
}

function size(db: Db, dataDir: string): number {
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  return Math.round(statSync(path.join(dataDir, DATABASE_FILE)).size / ROWS);
}
