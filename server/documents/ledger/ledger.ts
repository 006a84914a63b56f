import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** [Yjs client id, first clock, length] */
export type IdRange = [client: number, clock: number, length: number];
/** A deleted range with its text; null where it was no text. */
export type DeletedRange = [client: number, clock: number, length: number, text: string | null];
/** A range credited to somebody else than the owner of its client id. */
export type CreditedRange = [
  client: number,
  clock: number,
  length: number,
  personId: string,
  organisationId: string | null,
  reason: 'undo' | 'copy' | 'import',
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
  const hash = createHash('sha256');
  const columns: unknown[] = [
    row.document_id,
    row.seq,
    row.actor_id,
    row.organisation_id,
    row.connection_id,
    row.at,
    row.kind,
    row.bytes,
    row.inserted,
    row.deleted,
    row.provenance,
    row.prev_hash,
  ];
  for (const value of columns) {
    if (value === null) hash.update('n0:');
    else if (Buffer.isBuffer(value)) hash.update(`b${value.length}:`).update(value);
    else {
      const text = Buffer.from(String(value), 'utf8');
      hash.update(`${typeof value === 'number' ? 'i' : 't'}${text.length}:`).update(text);
    }
  }
  return hash.digest();
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
    let { seq, hash } = head;
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
        prev_hash: hash,
      };
      hash = hashRow(row);
      this.#insert.run({ ...row, hash });
    }
    this.#setHead.run(seq, hash, documentId);
    return { seq, hash };
  }
}
