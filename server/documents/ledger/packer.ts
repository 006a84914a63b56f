import type { Database } from 'better-sqlite3';
import { isBusy } from '../../db/write.ts';
import type { Log } from '../../log.ts';
import { asBuffer, asText, FIRST_HASH, hashColumns } from './chain.ts';
import { ChunkWriter, digestOfChunk, type ChunkRow } from './chunk.ts';
import { COLUMNS_AND_HASHES, type Column } from './encoding.ts';

/** A chunk holds so many rows, or fewer that weigh so much: one slice of work, a few milliseconds of the event loop. */
const CHUNK_ROWS = 512;
const CHUNK_BYTES = 1024 * 1024;

/** Rows that are to become a chunk. */
type Candidate = {
  first: number;
  last: number;
  earliestAt: number;
  previous: Buffer;
  hash: Buffer;
  writer: ChunkWriter;
};

/**
 * Moves rows that the newest snapshot makes history from the table `ledger` into chunks, each in one transaction, the
 * oldest first. Rows that are not what was written stay where they are, so that the check of the ledger can name them.
 */
export class Packer {
  readonly #sqlite: Database;
  readonly #log: Log;
  readonly #due;
  readonly #first;
  readonly #lastChunk;
  readonly #weight;
  readonly #rows;
  readonly #insert;
  readonly #delete;
  readonly #begin;

  constructor(sqlite: Database, log: Log) {
    this.#sqlite = sqlite;
    this.#log = log;
    this.#due = sqlite.prepare<[number], { document_id: string }>(
      `SELECT document_id FROM snapshot
       WHERE seq - (SELECT min(seq) FROM ledger WHERE ledger.document_id = snapshot.document_id) + 1 >= ?`,
    );
    this.#first = sqlite.prepare<[string], { first: number | null; snapshot: number | null }>(
      `SELECT (SELECT min(seq) FROM ledger WHERE document_id = id) AS first,
              (SELECT seq FROM snapshot WHERE document_id = id) AS snapshot FROM document WHERE id = ?`,
    );
    this.#lastChunk = sqlite.prepare<[string], { last_seq: number; hash: Buffer }>(
      'SELECT last_seq, hash FROM ledger_chunk WHERE document_id = ? ORDER BY first_seq DESC LIMIT 1',
    );
    this.#weight = sqlite.prepare<[string, number], { bytes: number }>(
      `SELECT coalesce(sum(length(bytes) + length(inserted) + length(deleted) + length(provenance)), 0) AS bytes
       FROM ledger WHERE document_id = ? AND seq <= ?`,
    );
    this.#rows = sqlite
      .prepare<[string, number, number], Column[]>(
        `SELECT ${COLUMNS_AND_HASHES} FROM ledger WHERE document_id = ? AND seq <= ? ORDER BY seq LIMIT ?`,
      )
      .raw();
    this.#insert = sqlite.prepare<[ChunkRow]>(
      `INSERT INTO ledger_chunk (document_id, first_seq, last_seq, earliest_at, prev_hash, hash, bytes, digest)
       VALUES (@document_id, @first_seq, @last_seq, @earliest_at, @prev_hash, @hash, @bytes, @digest)`,
    );
    this.#delete = sqlite.prepare<[string, number, number]>(
      'DELETE FROM ledger WHERE document_id = ? AND seq >= ? AND seq <= ?',
    );
    this.#begin = sqlite.prepare('BEGIN IMMEDIATE');
  }

  /** Documents of which at least one chunk can be made. */
  due(): string[] {
    return this.#due.all(CHUNK_ROWS).map((row) => row.document_id);
  }

  /** Makes one chunk, if there is enough for one. `busy`: another process writes or packs; ask again. */
  async pack(documentId: string): Promise<'packed' | 'nothing' | 'busy'> {
    const candidate = this.#candidate(documentId);
    if (!candidate) return 'nothing';
    const { first, last, earliestAt, previous, hash, writer } = candidate;
    const chunk = {
      document_id: documentId,
      first_seq: first,
      last_seq: last,
      earliest_at: earliestAt,
      prev_hash: previous,
      hash,
      bytes: await writer.compressed(),
    };
    return this.#move({ ...chunk, digest: digestOfChunk(chunk) });
  }

  #candidate(documentId: string): Candidate | null {
    const { first, snapshot } = this.#first.get(documentId) ?? { first: null, snapshot: null };
    if (first === null || snapshot === null) return null;
    const isFull = snapshot - first + 1 >= CHUNK_ROWS;
    if (!isFull && (this.#weight.get(documentId, snapshot)?.bytes ?? 0) < CHUNK_BYTES) return null;
    const { last_seq, hash: lastHash } = this.#lastChunk.get(documentId) ?? { last_seq: 0, hash: FIRST_HASH };
    const writer = new ChunkWriter();
    let seq = last_seq;
    let hash = asText(lastHash);
    let earliestAt = Infinity;
    // Row by row: one may weigh tens of megabytes.
    for (const row of this.#rows.iterate(documentId, snapshot, CHUNK_ROWS)) {
      const columns = row.slice(0, -2);
      const [previous, stored] = row.slice(-2);
      const expected = hashColumns(columns, hash);
      if (columns[1] !== seq + 1 || previous !== hash || stored !== expected) {
        this.#log.error({ document: documentId, seq: seq + 1 }, 'the ledger is damaged: run ledger:verify');
        return null;
      }
      writer.add(columns);
      earliestAt = Math.min(earliestAt, Number(columns[5]));
      seq++;
      hash = expected;
      if (writer.bytes >= CHUNK_BYTES) break;
    }
    return { first: last_seq + 1, last: seq, earliestAt, previous: lastHash, hash: asBuffer(hash), writer };
  }

  #move(chunk: ChunkRow): 'packed' | 'busy' {
    const { document_id, first_seq, last_seq } = chunk;
    try {
      this.#begin.run();
    } catch (error) {
      if (isBusy(error)) return 'busy';
      throw error;
    }
    try {
      // Whoever compressed at the same time may have been first.
      if ((this.#lastChunk.get(document_id)?.last_seq ?? 0) !== first_seq - 1) {
        this.#sqlite.exec('ROLLBACK');
        return 'busy';
      }
      this.#insert.run(chunk);
      const { changes } = this.#delete.run(document_id, 0, last_seq);
      if (changes !== last_seq - first_seq + 1) throw new Error('There are other rows than those that were packed');
      this.#sqlite.exec('COMMIT');
      return 'packed';
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.exec('ROLLBACK');
      if (isBusy(error)) return 'busy';
      throw error;
    }
  }
}
