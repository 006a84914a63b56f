import type { Database } from 'better-sqlite3';
import { asBuffer, asText, FIRST_HASH, hashColumns } from './chain.ts';
import { COLUMNS, type Column } from './encoding.ts';

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
  reason: 'undo' | 'copy' | 'move' | 'removal',
];

export type LedgerKind = 'claim' | 'edit' | 'copy' | 'restore' | 'system';

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

/** The newest row of a document: its number and its hash. */
export type Head = { seq: number; hash: Buffer };

/** The append-only record of everything that ever changed a document. */
export class Ledger {
  readonly #insert;
  readonly #setHead;
  readonly #readHead;

  constructor(sqlite: Database) {
    this.#insert = sqlite.prepare<Column[]>(
      `INSERT INTO ledger (${COLUMNS}, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#setHead = sqlite.prepare<[number, Buffer, string]>(
      'UPDATE document SET head_seq = ?, head_hash = ? WHERE id = ?',
    );
    this.#readHead = sqlite.prepare<[string], { head_seq: number; head_hash: Buffer | null }>(
      'SELECT head_seq, head_hash FROM document WHERE id = ?',
    );
  }

  head(documentId: string): Head | null {
    const row = this.#readHead.get(documentId);
    return row ? { seq: row.head_seq, hash: row.head_hash ?? FIRST_HASH } : null;
  }

  /** Appends rows behind `head` and returns the new head. Call inside a transaction. */
  append(documentId: string, head: Head, entries: readonly LedgerEntry[]): Head {
    let { seq, hash } = head;
    for (const entry of entries) {
      const columns = [
        documentId,
        ++seq,
        entry.actorId,
        entry.organisationId,
        entry.connectionId,
        entry.at,
        entry.kind,
        Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.byteLength),
        JSON.stringify(entry.inserted),
        JSON.stringify(entry.deleted),
        JSON.stringify(entry.provenance),
      ];
      const previous = hash;
      hash = asBuffer(hashColumns(columns, asText(previous)));
      this.#insert.run(...columns, previous, hash);
    }
    this.#setHead.run(seq, hash, documentId);
    return { seq, hash };
  }
}
