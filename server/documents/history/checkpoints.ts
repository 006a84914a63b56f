import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import { isBusy } from '../../db/write.ts';

/** Rows between two checkpoints: so many for each kilobyte of the state, but at least and at most so many. */
const ROWS_PER_KILOBYTE = 10;
const LEAST_ROWS = 4_000;
const MOST_ROWS = 20_000;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Earlier states of documents. Each was the newest snapshot once. */
export class Checkpoints {
  readonly #due;
  readonly #snapshot;
  readonly #insert;
  readonly #nearest;

  constructor(sqlite: Database) {
    this.#due = sqlite.prepare<[string], { seq: number; bytes: number; last: number }>(
      `SELECT seq, length(state) AS bytes,
         coalesce((SELECT max(seq) FROM checkpoint WHERE checkpoint.document_id = snapshot.document_id), 0) AS last
       FROM snapshot WHERE document_id = ?`,
    );
    this.#snapshot = sqlite.prepare<[string], { seq: number; state: Buffer; digest: Buffer | null }>(
      'SELECT seq, state, digest FROM snapshot WHERE document_id = ?',
    );
    this.#insert = sqlite.prepare<[string, number, Buffer]>(
      'INSERT INTO checkpoint (document_id, seq, state) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#nearest = sqlite.prepare<[string, number], { seq: number; state: Buffer }>(
      'SELECT seq, state FROM checkpoint WHERE document_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1',
    );
  }

  /** Keeps the newest snapshot as a checkpoint when enough has happened since the last. */
  async keep(documentId: string): Promise<'kept' | 'nothing' | 'busy'> {
    const due = this.#due.get(documentId);
    if (!due || due.seq - due.last < rowsBetween(due.bytes)) return 'nothing';
    const snapshot = this.#snapshot.get(documentId);
    // One from before digests were kept gives way to another soon.
    if (!snapshot || !isSound(snapshot)) return 'nothing';
    const state = await compress(snapshot.state, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    try {
      this.#insert.run(documentId, snapshot.seq, state);
      return 'kept';
    } catch (error) {
      if (isBusy(error)) return 'busy';
      throw error;
    }
  }

  /** The nearest state at or before a row, also the newest snapshot; null when there is none. One that cannot be read is passed over. */
  async nearest(documentId: string, seq: number): Promise<{ seq: number; state: Uint8Array } | null> {
    const snapshot = this.#snapshot.get(documentId);
    if (snapshot && snapshot.seq <= seq && isSound(snapshot)) return snapshot;
    for (let upTo = seq; ;) {
      const found = this.#nearest.get(documentId, upTo);
      if (!found) return null;
      try {
        return { seq: found.seq, state: await decompress(found.state) };
      } catch {
        upTo = found.seq - 1;
      }
    }
  }
}

function isSound({ state, digest }: { state: Buffer; digest: Buffer | null }): boolean {
  return digest !== null && hash('sha256', state, 'buffer').equals(digest);
}

function rowsBetween(stateBytes: number): number {
  return Math.min(MOST_ROWS, Math.max(LEAST_ROWS, (stateBytes / 1024) * ROWS_PER_KILOBYTE));
}
