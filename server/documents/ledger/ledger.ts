import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** [Yjs client id, first clock, length] */
export type IdRange = [client: number, clock: number, length: number];
/** A deleted range with its text; null where it was no text. */
export type DeletedRange = [client: number, clock: number, length: number, text: string | null];
/** A range that is no new contribution of its client id's owner, and whose it is. */
export type CreditedRange = [
  client: number,
  clock: number,
  length: number,
  /** null: nobody; it is no contribution. */
  personId: string | null,
  organisationId: string | null,
  reason: 'undo' | 'copy' | 'move' | 'import' | 'removal',
];

export type LedgerKind = 'claim' | 'edit' | 'import' | 'copy' | 'restore' | 'migration' | 'system';

/** What is written about one change; `documentId`, `seq` and the hashes are the ledger's own. */
export type LedgerEntry = {
  /** null: the server itself */
  actorId: string | null;
  organisationId: string | null;
  connectionId: string | null;
  /** Milliseconds since 1970 */
  at: number;
  kind: LedgerKind;
  bytes: Uint8Array;
  inserted: IdRange[];
  deleted: DeletedRange[];
  provenance: CreditedRange[];
};

/** A row as it lies in the database. */
export type LedgerRow = {
  document_id: string;
  seq: number;
  actor_id: string | null;
  organisation_id: string | null;
  connection_id: string | null;
  at: number;
  kind: string;
  bytes: Buffer;
  inserted: string;
  deleted: string;
  provenance: string;
  prev_hash: Buffer;
  hash: Buffer;
};

/** The newest row of a document: its number and its hash. */
export type Head = { seq: number; hash: Buffer };

/** The hash before the first row. */
export const FIRST_HASH = Buffer.alloc(32);

/**
 * SHA-256 over every column of a row but the hash itself. Each value is preceded by its kind and its length, so that
 * no two different rows are the same bytes.
 */
export function hashRow(row: Omit<LedgerRow, 'hash'>): Buffer {
  let at = 0;
  at = put(at, row.document_id);
  at = put(at, row.seq);
  at = put(at, row.actor_id);
  at = put(at, row.organisation_id);
  at = put(at, row.connection_id);
  at = put(at, row.at);
  at = put(at, row.kind);
  at = put(at, row.bytes);
  at = put(at, row.inserted);
  at = put(at, row.deleted);
  at = put(at, row.provenance);
  at = put(at, row.prev_hash);
  return hash('sha256', scratch.subarray(0, at), 'buffer');
}

/** One row's bytes. Kept, for rows are hashed by the hundred thousand. */
let scratch = Buffer.allocUnsafe(64 * 1024);

/** Room for "b", a length and ":". */
const PREFIX_BYTES = 24;

function put(at: number, value: Buffer | string | number | null): number {
  if (value === null) return at + makeRoom(at, 3).write('n0:', at, 'latin1');
  if (Buffer.isBuffer(value)) {
    const target = makeRoom(at, PREFIX_BYTES + value.length);
    const start = at + target.write(`b${value.length}:`, at, 'latin1');
    target.set(value, start);
    return start + value.length;
  }
  const text = String(value);
  const length = Buffer.byteLength(text);
  const target = makeRoom(at, PREFIX_BYTES + length);
  const start = at + target.write(`${typeof value === 'number' ? 'i' : 't'}${length}:`, at, 'latin1');
  return start + target.write(text, start);
}

function makeRoom(at: number, bytes: number): Buffer {
  if (at + bytes > scratch.length) scratch = Buffer.concat([scratch.subarray(0, at)], 2 * (at + bytes));
  return scratch;
}

/** The append-only record of everything that ever changed a document. */
export class Ledger {
  readonly #insert;
  readonly #setHead;
  readonly #readHead;
  readonly #rows;

  constructor(sqlite: Database) {
    this.#insert = sqlite.prepare<[LedgerRow]>(
      `INSERT INTO ledger (document_id, seq, actor_id, organisation_id, connection_id, at, kind, bytes, inserted,
         deleted, provenance, prev_hash, hash)
       VALUES (@document_id, @seq, @actor_id, @organisation_id, @connection_id, @at, @kind, @bytes, @inserted,
         @deleted, @provenance, @prev_hash, @hash)`,
    );
    this.#setHead = sqlite.prepare<[number, Buffer, string]>(
      'UPDATE document SET head_seq = ?, head_hash = ? WHERE id = ?',
    );
    this.#readHead = sqlite.prepare<[string], { head_seq: number; head_hash: Buffer | null }>(
      'SELECT head_seq, head_hash FROM document WHERE id = ?',
    );
    this.#rows = sqlite.prepare<[string, number], { seq: number; bytes: Buffer }>(
      `SELECT seq, bytes FROM ledger WHERE document_id = ? AND seq > ? AND kind <> 'claim' ORDER BY seq`,
    );
  }

  head(documentId: string): Head | null {
    const row = this.#readHead.get(documentId);
    return row ? { seq: row.head_seq, hash: row.head_hash ?? FIRST_HASH } : null;
  }

  /** Updates (V1) after a row number, oldest first. */
  updatesAfter(documentId: string, seq: number): { seq: number; bytes: Buffer }[] {
    return this.#rows.all(documentId, seq);
  }

  /** Appends rows behind `head` and returns the new head. Call inside a transaction. */
  append(documentId: string, head: Head, entries: readonly LedgerEntry[]): Head {
    let { seq, hash: previous } = head;
    for (const entry of entries) {
      const row: Omit<LedgerRow, 'hash'> = {
        document_id: documentId,
        seq: ++seq,
        actor_id: entry.actorId,
        organisation_id: entry.organisationId,
        connection_id: entry.connectionId,
        at: entry.at,
        kind: entry.kind,
        bytes: Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.byteLength),
        inserted: JSON.stringify(entry.inserted),
        deleted: JSON.stringify(entry.deleted),
        provenance: JSON.stringify(entry.provenance),
        prev_hash: previous,
      };
      previous = hashRow(row);
      this.#insert.run({ ...row, hash: previous });
    }
    this.#setHead.run(seq, previous, documentId);
    return { seq, hash: previous };
  }
}
