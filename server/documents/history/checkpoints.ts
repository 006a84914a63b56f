import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import { isBusy } from '../../db/write.ts';
import { isSound, SnapshotTable } from '../ledger/snapshot-table.ts';

/** Rows between two checkpoints: so many for each kilobyte of the state, but at least and at most so many. */
const ROWS_PER_KILOBYTE = 10;
const LEAST_ROWS = 4_000;
const MOST_ROWS = 20_000;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Earlier states of documents. Each was the newest snapshot once. */
export class Checkpoints {
  readonly #snapshots: SnapshotTable;
  readonly #last;
  readonly #insert;
  readonly #nearest;

  constructor(sqlite: Database) {
    this.#snapshots = new SnapshotTable(sqlite);
    this.#last = sqlite.prepare<[string], { seq: number | null }>(
      'SELECT max(seq) AS seq FROM checkpoint WHERE document_id = ?',
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
    const newest = this.#snapshots.size(documentId);
    const last = this.#last.get(documentId)?.seq ?? 0;
    if (!newest || newest.seq - last < rowsBetween(newest.bytes)) return 'nothing';
    const snapshot = this.#snapshots.get(documentId);
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

  /**
   * The nearest state at or before a row, also the newest snapshot; null when there is none. One that cannot be read is
   * passed over.
   */
  async nearest(documentId: string, seq: number): Promise<{ seq: number; state: Uint8Array } | null> {
    const snapshot = this.#snapshots.get(documentId);
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

function rowsBetween(stateBytes: number): number {
  return Math.min(MOST_ROWS, Math.max(LEAST_ROWS, (stateBytes / 1024) * ROWS_PER_KILOBYTE));
}
