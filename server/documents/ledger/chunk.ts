import { zstdCompress, zstdDecompressSync, constants } from 'node:zlib';
import { promisify } from 'node:util';
import { digestOf } from './chain.ts';
import { ColumnReader, RowBytes, type Column } from './encoding.ts';

// Many rows in one: each as the bytes that were hashed for it, without the hash before it, preceded by their length (32
// bits, little endian), all compressed with zstd. Nothing is lost: every column can be read back, and the hashes of the
// rows follow from the hash before the first.

/** A chunk as it lies in the database. */
export type ChunkRow = {
  document_id: string;
  first_seq: number;
  last_seq: number;
  earliest_at: number;
  prev_hash: Buffer;
  hash: Buffer;
  bytes: Buffer;
  digest: Buffer;
};

/** What a row says, its JSON as it was written. */
export type RecordedRow = {
  seq: number;
  actorId: string | null;
  organisationId: string | null;
  connectionId: string | null;
  /** Milliseconds since 1970 */
  at: number;
  kind: string;
  bytes: Buffer;
  inserted: string;
  deleted: string;
  provenance: string;
};

/** As high as pays: the next level takes twice the time for a few per cent. */
const COMPRESSION_LEVEL = 6;

const compress = promisify(zstdCompress);

/** Puts rows together, so far uncompressed. */
export class ChunkWriter {
  readonly #rows = new RowBytes();

  get bytes(): number {
    return this.#rows.length;
  }

  add(columns: readonly Column[]): void {
    const start = this.#rows.reserveUint32();
    this.#rows.putRow(columns);
    this.#rows.setUint32(this.#rows.length - start - 4, start);
  }

  /** Off the event loop. */
  compressed(): Promise<Buffer> {
    return compress(this.#rows.view(), { params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL } });
  }
}

export function digestOfChunk(chunk: Omit<ChunkRow, 'digest'>): Buffer {
  const { document_id, first_seq, last_seq, earliest_at, prev_hash, hash, bytes } = chunk;
  return digestOf([document_id, first_seq, last_seq, earliest_at, prev_hash, hash, bytes]);
}

/**
 * Calls `visit` with the place of each row within the uncompressed bytes.
 * @throws when they are no chunk
 */
export function eachRow(chunk: Pick<ChunkRow, 'bytes'>, visit: (rows: Buffer, from: number, to: number) => void): void {
  const rows = zstdDecompressSync(chunk.bytes);
  let at = 0;
  while (at < rows.length) {
    const from = at + 4;
    at = from + rows.readUInt32LE(at);
    if (at > rows.length) throw new Error('A row goes beyond its chunk');
    visit(rows, from, at);
  }
}

/** @throws when the chunk is damaged */
export function rowsOf(chunk: ChunkRow): RecordedRow[] {
  if (!digestOfChunk(chunk).equals(chunk.digest)) {
    throw new Error(`Rows ${chunk.first_seq} to ${chunk.last_seq} are not what was written`);
  }
  const found: RecordedRow[] = [];
  eachRow(chunk, (rows, from, to) => found.push(readRow(rows, from, to)));
  return found;
}

/** @throws when there is no row */
export function readRow(rows: Buffer, from: number, to: number): RecordedRow {
  const reader = new ColumnReader(rows, from, to);
  reader.skip(1);
  return recorded(Array.from({ length: 10 }, () => reader.read()));
}

/** The columns of a row behind the document. */
export function recorded(columns: readonly Column[]): RecordedRow {
  const [seq, actorId, organisationId, connectionId, at, kind, bytes, inserted, deleted, provenance] = columns;
  return { seq, actorId, organisationId, connectionId, at, kind, bytes, inserted, deleted, provenance } as RecordedRow;
}

/** `provenance` of nearly every row. */
export const NO_CREDITS = '[]';

/** The little that is asked of every encoded row. @throws when there is no row */
export function peek(rows: Buffer, from: number, to: number): { at: number; isClaim: boolean; isCredited: boolean } {
  const reader = new ColumnReader(rows, from, to);
  reader.skip(5);
  const at = reader.readInteger();
  const isClaim = reader.skipIf('t5:claim');
  reader.skip(3);
  const isCredited = !reader.skipIf(`t2:${NO_CREDITS}`);
  if (!reader.isAtEnd) throw new Error('There is more than a row');
  return { at, isClaim, isCredited };
}
