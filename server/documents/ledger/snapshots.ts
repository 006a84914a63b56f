import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import * as Y from 'yjs';
import { isBusy } from '../../db/write.ts';
import type { Log } from '../../log.ts';
import type { RecordedRow } from './chunk.ts';
import type { Head } from './ledger.ts';
import type { LedgerReader } from './reader.ts';

type Snapshot = { seq: number; state: Buffer; digest: Buffer | null };

/** A document as it lies on disk. */
export type Loaded = {
  doc: Y.Doc;
  /** About how many bytes the encoded document takes. */
  bytes: number;
  /** What the rows behind the snapshot weigh, as `weightOf` counts them; Infinity when there is none to begin from. */
  weight: number;
};

/** What replaying a row costs beside its bytes, in bytes of a state that take as long to read. */
const ROW_WEIGHT = 128;
/** Rows may weigh this part of the state before the state is stored anew, but at least and at most so much. */
const SHARE_OF_STATE = 1 / 8;
const LEAST_WEIGHT = 128 * 1024;
const MOST_WEIGHT = 4 * 1024 * 1024;

/** What rows cost whoever opens the document, in bytes of a state. */
export function weightOf(rows: readonly { bytes: Uint8Array }[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes.length + ROW_WEIGHT, 0);
}

/**
 * Whether rows weigh so much that a new snapshot pays: opening then costs little more than the state alone, and storing
 * states costs a bounded number of bytes for each row.
 */
export function isSnapshotDue(weight: number, stateBytes: number): boolean {
  return weight >= Math.min(MOST_WEIGHT, Math.max(LEAST_WEIGHT, stateBytes * SHARE_OF_STATE));
}

/** Newest states of documents, so that opening one costs its size and not its history. */
export class Snapshots {
  readonly #get;
  readonly #put;
  readonly #delete;
  readonly #reader: LedgerReader;
  readonly #log: Log;

  constructor(sqlite: Database, reader: LedgerReader, log: Log) {
    this.#reader = reader;
    this.#log = log;
    this.#get = sqlite.prepare<[string], Snapshot>('SELECT seq, state, digest FROM snapshot WHERE document_id = ?');
    this.#put = sqlite.prepare<[string, number, Uint8Array, Buffer, number]>(
      `INSERT INTO snapshot (document_id, seq, state, digest, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (document_id)
       DO UPDATE SET seq = excluded.seq, state = excluded.state, digest = excluded.digest, at = excluded.at`,
    );
    this.#delete = sqlite.prepare<[string]>('DELETE FROM snapshot WHERE document_id = ?');
  }

  /**
   * A document as it lies on disk: the snapshot and the rows behind it. What is wrong with a snapshot costs time only: the
   * document is then made of all its rows.
   * @throws when the rows themselves do not give the document
   */
  load(documentId: string, head: Head): Loaded {
    const snapshot = this.#get.get(documentId);
    if (snapshot) {
      try {
        return this.#loadFrom(documentId, snapshot, head);
      } catch (error) {
        this.#log.error({ err: error, document: documentId, seq: snapshot.seq }, 'a snapshot is thrown away');
        this.#discard(documentId);
      }
    }
    const doc = replayed(null, this.#reader.rows(documentId, 1, head.seq));
    return { doc, bytes: Y.encodeStateAsUpdate(doc).length, weight: Infinity };
  }

  /** Stores the state of a document after row `seq`. Call inside a transaction. */
  store(documentId: string, seq: number, doc: Y.Doc): void {
    const state = Y.encodeStateAsUpdate(doc);
    this.#put.run(documentId, seq, state, digestOf(state), Date.now());
  }

  #loadFrom(documentId: string, { seq, state, digest }: Snapshot, head: Head): Loaded {
    if (digest && !digestOf(state).equals(digest)) throw new Error('It is not what was written');
    if (seq > head.seq) throw new Error(`It is of row ${seq}, and there are ${head.seq}`);
    const rows = [...this.#reader.rows(documentId, seq + 1, head.seq)];
    return {
      doc: replayed(state, rows),
      bytes: rows.reduce((sum, row) => sum + row.bytes.length, state.length),
      weight: weightOf(rows),
    };
  }

  #discard(documentId: string): void {
    try {
      this.#delete.run(documentId);
    } catch (error) {
      // Another process writes: it is replaced with the next one.
      if (!isBusy(error)) throw error;
    }
  }
}

/** A state, if there is one, and what rows changed since. @throws when something is missing in between */
function replayed(state: Uint8Array | null, rows: Iterable<RecordedRow>): Y.Doc {
  const doc = new Y.Doc();
  doc.transact((transaction) => {
    if (state) Y.applyUpdate(doc, state);
    for (const row of rows) if (row.kind !== 'claim') Y.applyUpdate(doc, row.bytes);
    // As when the rows were written: no tidying of Yjs's own.
    transaction.local = true;
  });
  if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('Something in it depends on what is not there');
  return doc;
}

function digestOf(state: Uint8Array): Buffer {
  return hash('sha256', state, 'buffer');
}
