import type { Database } from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FIRST_HASH, hashRow, type LedgerRow } from './ledger.ts';

/** What is wrong with a ledger, and at which row. */
export type LedgerProblem = {
  seq: number;
  problem:
    /** A row is missing: its number is not the one that follows. */
    | 'gap'
    /** Something in the row is not what was written. */
    | 'changed'
    /** The row does not follow the one before it. */
    | 'chain'
    /** The last row is not the one that the document remembers. */
    | 'head'
    /** The table of client ids says something else than the claims of the ledger. */
    | 'claims';
};

export type LedgerReport = { documentId: string; rows: number; problems: LedgerProblem[] };

const SLICE = 500;
const MAX_PROBLEMS = 100;

/**
 * Checks the whole ledger of a document: every column of every row against its hash, the chain, the head that is kept
 * apart, and the claims. Works in slices and lets others have the event loop in between.
 * @param onProgress rows checked so far, and rows in all as the document remembers them
 */
export async function verifyLedger(
  sqlite: Database,
  documentId: string,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<LedgerReport> {
  const anchorOf = sqlite.prepare<[string], { head_seq: number; head_hash: Buffer | null }>(
    'SELECT head_seq, head_hash FROM document WHERE id = ?',
  );
  const rowsAfter = sqlite.prepare<[string, number, number], LedgerRow>(
    'SELECT * FROM ledger WHERE document_id = ? AND seq > ? ORDER BY seq LIMIT ?',
  );
  // Both from one state of the database: a server may be writing.
  const read = sqlite.transaction((seq: number) => ({
    rows: rowsAfter.all(documentId, seq, SLICE),
    anchor: anchorOf.get(documentId) ?? { head_seq: 0, head_hash: null },
  }));
  const report: LedgerReport = { documentId, rows: 0, problems: [] };
  const claims: string[] = [];
  const note = (seq: number, problem: LedgerProblem['problem']) => {
    if (report.problems.length < MAX_PROBLEMS) report.problems.push({ seq, problem });
  };
  let seq = 0;
  let hash: Buffer = FIRST_HASH;
  for (;;) {
    const { rows, anchor } = read(seq);
    if (rows.length === 0) {
      const head = anchor.head_hash ?? FIRST_HASH;
      if (seq !== anchor.head_seq || !isBlob(head) || !head.equals(hash)) note(seq, 'head');
      break;
    }
    for (const row of rows) {
      if (row.seq !== seq + 1) note(row.seq, 'gap');
      if (!isBlob(row.prev_hash) || !row.prev_hash.equals(hash)) note(row.seq, 'chain');
      const expected = hashRow(row);
      if (!isBlob(row.hash) || !row.hash.equals(expected)) note(row.seq, 'changed');
      if (row.kind === 'claim') claims.push(claimOf(row));
      seq = row.seq;
      hash = isBlob(row.hash) ? row.hash : expected;
      report.rows++;
    }
    onProgress(report.rows, anchor.head_seq);
    await nextTurn();
  }
  if (!sameClaims(sqlite, documentId, claims)) note(seq, 'claims');
  return report;
}

/** The documents that have, or should have, a ledger. */
export function documentsWithLedger(sqlite: Database): string[] {
  return sqlite
    .prepare<[], { id: string }>('SELECT id FROM document UNION SELECT DISTINCT document_id FROM ledger ORDER BY id')
    .all()
    .map((row) => row.id);
}

function isBlob(value: unknown): value is Buffer {
  return Buffer.isBuffer(value);
}

function claimOf(row: LedgerRow): string {
  return JSON.stringify([Number(row.bytes.toString()), row.actor_id, row.organisation_id, row.at]);
}

function sameClaims(sqlite: Database, documentId: string, claims: readonly string[]): boolean {
  const table = sqlite
    .prepare<[string], { client_id: number; person_id: string | null; organisation_id: string | null; at: number }>(
      'SELECT client_id, person_id, organisation_id, at FROM claim WHERE document_id = ?',
    )
    .all(documentId)
    .map((row) => JSON.stringify([row.client_id, row.person_id, row.organisation_id, row.at]));
  return JSON.stringify(table.sort()) === JSON.stringify([...claims].sort());
}
