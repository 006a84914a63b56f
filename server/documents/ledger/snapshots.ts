import type { Database } from 'better-sqlite3';
import * as Y from 'yjs';
import type { Ledger } from './ledger.ts';

/** Newest states of documents, so that opening one costs its size and not its history. */
export class Snapshots {
  readonly #get;
  readonly #put;
  readonly #ledger: Ledger;

  constructor(sqlite: Database, ledger: Ledger) {
    this.#ledger = ledger;
    this.#get = sqlite.prepare<[string], { seq: number; state: Buffer }>(
      'SELECT seq, state FROM snapshot WHERE document_id = ?',
    );
    this.#put = sqlite.prepare<[string, number, Uint8Array, number]>(
      `INSERT INTO snapshot (document_id, seq, state, at) VALUES (?, ?, ?, ?)
       ON CONFLICT (document_id) DO UPDATE SET seq = excluded.seq, state = excluded.state, at = excluded.at`,
    );
  }

  /** A document as it lies on disk: the snapshot and the rows behind it; `rows` says how many those were. */
  load(documentId: string): { doc: Y.Doc; rows: number; bytes: number } {
    const doc = new Y.Doc();
    const snapshot = this.#get.get(documentId);
    const rows = this.#ledger.updatesAfter(documentId, snapshot?.seq ?? 0);
    doc.transact((transaction) => {
      if (snapshot) Y.applyUpdate(doc, snapshot.state);
      for (const row of rows) Y.applyUpdate(doc, row.bytes);
      // As when the rows were written: no tidying of Yjs's own.
      transaction.local = true;
    });
    const bytes = rows.reduce((sum, row) => sum + row.bytes.length, snapshot?.state.length ?? 0);
    return { doc, rows: rows.length, bytes };
  }

  /** Stores the state of a document after row `seq`. Call inside a transaction. */
  store(documentId: string, seq: number, doc: Y.Doc): void {
    this.#put.run(documentId, seq, Y.encodeStateAsUpdate(doc), Date.now());
  }
}
