import type { Database } from 'better-sqlite3';
import { recorded, rowsOf, type ChunkRow, type RecordedRow } from './chunk.ts';
import { COLUMNS, type Column } from './encoding.ts';

/** Rows of the table `ledger` that are read at once; a chunk holds about as many. */
const SLICE = 512;

/** All rows of a document, wherever they lie: older ones in chunks, newer ones by themselves. Durable rows only. */
export class LedgerReader {
  readonly #headSeq;
  readonly #chunkOf;
  readonly #rowsFrom;
  readonly #lastRowAt;
  readonly #lastChunkAt;
  readonly #slice;

  constructor(sqlite: Database) {
    this.#headSeq = sqlite.prepare<[string], { head_seq: number }>('SELECT head_seq FROM document WHERE id = ?');
    this.#chunkOf = sqlite.prepare<[string, number], ChunkRow>(
      'SELECT * FROM ledger_chunk WHERE document_id = ? AND first_seq <= ? ORDER BY first_seq DESC LIMIT 1',
    );
    this.#rowsFrom = sqlite
      .prepare<[string, number, number, number], Column[]>(
        `SELECT ${COLUMNS} FROM ledger WHERE document_id = ? AND seq >= ? AND seq <= ? ORDER BY seq LIMIT ?`,
      )
      .raw();
    this.#lastRowAt = sqlite.prepare<[string, number], { seq: number | null }>(
      'SELECT max(seq) AS seq FROM ledger WHERE document_id = ? AND at <= ?',
    );
    this.#lastChunkAt = sqlite.prepare<[string, number], ChunkRow>(
      'SELECT * FROM ledger_chunk WHERE document_id = ? AND earliest_at <= ? ORDER BY first_seq DESC LIMIT 1',
    );
    // From one state of the database: another process may be moving rows.
    this.#slice = sqlite.transaction((documentId: string, from: number, to: number): RecordedRow[] => {
      const chunk = this.#chunkOf.get(documentId, from);
      if (chunk && chunk.last_seq >= from) return rowsOf(chunk).filter(({ seq }) => seq >= from && seq <= to);
      return this.#rowsFrom.all(documentId, from, to, SLICE).map((columns) => recorded(columns.slice(1)));
    });
  }

  /** The number of the newest row; null when there is no such document. */
  headSeq(documentId: string): number | null {
    return this.#headSeq.get(documentId)?.head_seq ?? null;
  }

  /**
   * The rows from one number to another, in order, some hundred at a time: whoever has time to lose lets others have
   * the event loop in between.
   * @throws when a row is missing or a chunk is damaged
   */
  *slices(documentId: string, from: number, to: number): Generator<RecordedRow[]> {
    let next = from;
    while (next <= to) {
      const rows = this.#slice(documentId, next, to);
      if (rows.length === 0) throw new Error(`Row ${next} of document ${documentId} is missing`);
      for (const { seq } of rows) {
        if (seq !== next) throw new Error(`Row ${next} of document ${documentId} is missing`);
        next++;
      }
      yield rows;
    }
  }

  /** @see slices */
  *rows(documentId: string, from: number, to: number): Generator<RecordedRow> {
    for (const slice of this.slices(documentId, from, to)) yield* slice;
  }

  /** The last row that was written at or before a time; 0 when there was none yet. */
  lastSeqAt(documentId: string, at: number): number {
    const { seq } = this.#lastRowAt.get(documentId, at) ?? { seq: null };
    if (seq !== null) return seq;
    const chunk = this.#lastChunkAt.get(documentId, at);
    return chunk ? (rowsOf(chunk).findLast((row) => row.at <= at)?.seq ?? 0) : 0;
  }
}
