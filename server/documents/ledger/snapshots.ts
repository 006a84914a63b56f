import type { Database } from 'better-sqlite3';
import * as Y from 'yjs';
import type { Log } from '../../log.ts';
import type { Head } from './ledger.ts';
import type { LedgerReader } from './reader.ts';
import { checkWhole, replay } from './replay.ts';
import { isSound, SnapshotTable, type Snapshot } from './snapshot-table.ts';

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
  readonly #table: SnapshotTable;
  readonly #reader: LedgerReader;
  readonly #log: Log;

  constructor(sqlite: Database, reader: LedgerReader, log: Log) {
    this.#reader = reader;
    this.#log = log;
    this.#table = new SnapshotTable(sqlite);
  }

  /**
   * A document as it lies on disk: the snapshot and the rows behind it. What is wrong with a snapshot costs time only:
   * the document is then made of all its rows.
   * @throws when the rows themselves do not give the document
   */
  load(documentId: string, head: Head): Loaded {
    const snapshot = this.#table.get(documentId);
    if (snapshot) {
      try {
        return this.#loadFrom(documentId, snapshot, head);
      } catch (error) {
        this.#log.error({ err: error, document: documentId, seq: snapshot.seq }, 'a snapshot is thrown away');
        this.#discard(documentId);
      }
    }
    const doc = new Y.Doc();
    replay(doc, null, this.#reader.rows(documentId, 1, head.seq));
    checkWhole(doc);
    return { doc, bytes: Y.encodeStateAsUpdate(doc).length, weight: Infinity };
  }

  /** Stores the state of a document after row `seq` and returns its bytes. Call inside a transaction. */
  store(documentId: string, seq: number, doc: Y.Doc): number {
    const state = Y.encodeStateAsUpdate(doc);
    this.#table.put(documentId, seq, state);
    return state.length;
  }

  #loadFrom(documentId: string, snapshot: Snapshot, head: Head): Loaded {
    const { seq, state } = snapshot;
    if (isSound(snapshot) === false) throw new Error('It is not what was written');
    if (seq > head.seq) throw new Error(`It is of row ${seq}, and there are ${head.seq}`);
    const rows = [...this.#reader.rows(documentId, seq + 1, head.seq)];
    const doc = new Y.Doc();
    replay(doc, state, rows);
    checkWhole(doc);
    return {
      doc,
      bytes: rows.reduce((sum, row) => sum + row.bytes.length, state.length),
      weight: weightOf(rows),
    };
  }

  #discard(documentId: string): void {
    try {
      this.#table.delete(documentId);
    } catch (error) {
      // Another process writes, or the disk is full: it is replaced with the next one.
      this.#log.warn({ err: error, document: documentId }, 'cannot remove a snapshot');
    }
  }
}
