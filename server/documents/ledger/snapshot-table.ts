import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** The state of a document after row `seq`. `digest`: null when it is from before digests were kept. */
export type Snapshot = { seq: number; state: Buffer; digest: Buffer | null };

/** The table of snapshots: the newest one of each document. */
export class SnapshotTable {
  readonly #get;
  readonly #size;
  readonly #put;
  readonly #delete;

  constructor(sqlite: Database) {
    this.#get = sqlite.prepare<[string], Snapshot>('SELECT seq, state, digest FROM snapshot WHERE document_id = ?');
    this.#size = sqlite.prepare<[string], { seq: number; bytes: number }>(
      'SELECT seq, length(state) AS bytes FROM snapshot WHERE document_id = ?',
    );
    this.#put = sqlite.prepare<[string, number, Uint8Array, Buffer, number]>(
      `INSERT INTO snapshot (document_id, seq, state, digest, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (document_id)
       DO UPDATE SET seq = excluded.seq, state = excluded.state, digest = excluded.digest, at = excluded.at`,
    );
    this.#delete = sqlite.prepare<[string]>('DELETE FROM snapshot WHERE document_id = ?');
  }

  get(documentId: string): Snapshot | null {
    return this.#get.get(documentId) ?? null;
  }

  /** The row that it is of, and how many bytes it has, without reading them. */
  size(documentId: string): { seq: number; bytes: number } | null {
    return this.#size.get(documentId) ?? null;
  }

  put(documentId: string, seq: number, state: Uint8Array): void {
    this.#put.run(documentId, seq, state, digestOf(state), Date.now());
  }

  delete(documentId: string): void {
    this.#delete.run(documentId);
  }
}

/** Whether a snapshot is what was written; null: it has no digest to tell it by. */
export function isSound({ state, digest }: Snapshot): boolean | null {
  return digest && digestOf(state).equals(digest);
}

function digestOf(state: Uint8Array): Buffer {
  return hash('sha256', state, 'buffer');
}
