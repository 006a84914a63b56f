// A row as the bytes that are hashed: every column but the two hashes, each preceded by its kind and its length, so
// that no two different rows are the same bytes. Chunks keep these very bytes.

/** The columns that are hashed, in this order, as SQLite gives them. */
export const COLUMNS =
  'document_id, seq, actor_id, organisation_id, connection_id, at, kind, bytes, inserted, deleted, provenance';

/**
 * The same with `bytes` as hexadecimal text (null when it is no blob), and the two hashes behind them: a Buffer for
 * each of the three would take longer than everything else about a row.
 */
export const COLUMNS_AND_HASHES =
  COLUMNS.replace('bytes', hexOf('bytes')) + `, lower(${hexOf('prev_hash')}), lower(${hexOf('hash')})`;

export type Column = string | number | Buffer | null;

/** Where `bytes` stands among the columns. */
const BYTES_COLUMN = 7;

/** Room for a kind, a length and ":". */
const PREFIX_BYTES = 24;
/** Shorter text is written character by character, which is quicker while it is ASCII. */
const SHORT_TEXT = 96;

const N = 0x6e;
const I = 0x69;
const T = 0x74;
const B = 0x62;
const COLON = 0x3a;
const ZERO = 0x30;

/** Bytes that grow. */
export class RowBytes {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was written; valid until something else is. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Four bytes that `setUint32` fills in later. Returns where they are. */
  reserveUint32(): number {
    this.#makeRoom(4);
    this.#length += 4;
    return this.#length - 4;
  }

  setUint32(value: number, at: number): void {
    this.#buffer.writeUInt32LE(value, at);
  }

  /** The columns of a row, as `COLUMNS` or the first of `COLUMNS_AND_HASHES`. */
  putRow(columns: readonly Column[]): void {
    columns.forEach((column, i) => {
      if (i === BYTES_COLUMN && typeof column === 'string') this.putHex(column);
      else this.put(column);
    });
  }

  put(value: Column): void {
    if (value === null) {
      this.#prefix(N, 0);
    } else if (typeof value === 'number') {
      this.#text(I, String(value));
    } else if (typeof value === 'string') {
      this.#text(T, value);
    } else {
      this.#makeRoom(PREFIX_BYTES + value.length);
      this.#prefix(B, value.length);
      this.#buffer.set(value, this.#length);
      this.#length += value.length;
    }
  }

  /** As `put` with the bytes that stand there in hexadecimal. */
  putHex(hex: string): void {
    const length = hex.length / 2;
    this.#makeRoom(PREFIX_BYTES + length);
    this.#prefix(B, length);
    this.#length += this.#buffer.write(hex, this.#length, 'hex');
  }

  /** Bytes that were encoded before. */
  append(source: Buffer, from: number, to: number): void {
    this.#makeRoom(to - from);
    source.copy(this.#buffer, this.#length, from, to);
    this.#length += to - from;
  }

  #text(kind: number, text: string): void {
    const start = this.#length;
    if (text.length <= SHORT_TEXT) {
      this.#makeRoom(PREFIX_BYTES + text.length);
      this.#prefix(kind, text.length);
      const buffer = this.#buffer;
      let at = this.#length;
      let code = 0;
      for (let i = 0; i < text.length && code < 0x80; i++) {
        code = text.charCodeAt(i);
        buffer[at++] = code;
      }
      this.#length = at;
      if (code < 0x80) return;
      this.#length = start;
    }
    const length = Buffer.byteLength(text);
    this.#makeRoom(PREFIX_BYTES + length);
    this.#prefix(kind, length);
    this.#length += this.#buffer.write(text, this.#length);
  }

  #prefix(kind: number, length: number): void {
    this.#makeRoom(PREFIX_BYTES);
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = kind;
    let magnitude = 1;
    while (magnitude * 10 <= length) magnitude *= 10;
    for (; magnitude >= 1; magnitude /= 10) buffer[at++] = ZERO + (Math.floor(length / magnitude) % 10);
    buffer[at++] = COLON;
    this.#length = at;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed > this.#buffer.length) this.#buffer = Buffer.concat([this.view()], 2 * needed);
  }
}

/** Reads what `RowBytes` wrote. @throws when it was not */
export class ColumnReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  #at: number;
  /** Of the value that is next, once `#prefix` has been read. */
  #kind = 0;
  #length = 0;

  constructor(buffer: Buffer, from: number, to: number) {
    this.#buffer = buffer;
    this.#at = from;
    this.#end = to;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  skip(columns: number): void {
    for (; columns > 0; columns--) {
      this.#prefix();
      this.#at += this.#length;
    }
  }

  /** Reads a whole number of ordinary size without making a string of it. */
  readInteger(): number {
    this.#prefix();
    if (this.#kind !== I) throw new Error('No number');
    let value = 0;
    for (const end = this.#at + this.#length; this.#at < end; this.#at++) {
      value = 10 * value + (this.#buffer[this.#at] ?? 0) - ZERO;
    }
    return value;
  }

  /** Skips a value and says whether it was the one that is encoded so. */
  skipIf(encoded: string): boolean {
    let isSame = true;
    for (let i = 0; i < encoded.length && isSame; i++) {
      isSame = this.#buffer[this.#at + i] === encoded.charCodeAt(i);
    }
    this.skip(1);
    return isSame;
  }

  read(): Column {
    this.#prefix();
    const from = this.#at;
    this.#at += this.#length;
    switch (this.#kind) {
      case N:
        return null;
      case I:
        return Number(this.#buffer.toString('latin1', from, this.#at));
      case T:
        return this.#buffer.toString('utf8', from, this.#at);
      case B:
        return this.#buffer.subarray(from, this.#at);
      default:
        throw new Error('No such kind of value');
    }
  }

  #prefix(): void {
    const buffer = this.#buffer;
    this.#kind = buffer[this.#at++] ?? 0;
    let length = 0;
    for (;;) {
      const byte = this.#at < this.#end ? (buffer[this.#at++] ?? 0) : 0;
      if (byte === COLON) break;
      if (byte < ZERO || byte > ZERO + 9) throw new Error('No length of a value');
      length = 10 * length + byte - ZERO;
    }
    if (this.#at + length > this.#end) throw new Error('A value goes beyond its row');
    this.#length = length;
  }
}

function hexOf(column: string): string {
  return `CASE typeof(${column}) WHEN 'blob' THEN hex(${column}) END`;
}
