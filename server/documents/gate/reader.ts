import { Violation } from './violation.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads an update's bytes in lib0's encoding, stricter than lib0: never beyond the end, no number beyond 2^53 - 1, no
 * number written longer than needed, no invalid UTF-8. Every method throws a Violation.
 */
export class Reader {
  readonly bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw truncated();
    this.position++;
    return byte;
  }

  varUint(): number {
    const byte = this.byte();
    if (byte < 0x80) return byte;
    return this.#rest(byte & 0x7f, 0x80);
  }

  /** Skips a signed number: the first byte holds six bits and the sign. */
  skipVarInt(): void {
    const byte = this.byte();
    if (byte >= 0x80) this.#rest(byte & 0x3f, 0x40);
  }

  #rest(value: number, scale: number): number {
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new Violation('malformed', 'G3: number out of range');
      if (byte < 0x80) {
        if (byte === 0) throw new Violation('malformed', 'G3: number written longer than needed');
        return value;
      }
      scale *= 0x80;
    }
  }

  skip(length: number): void {
    if (length > this.remaining) throw truncated();
    this.position += length;
  }

  /** A string of at most `limit` UTF-16 units, decoded. */
  string(limit: number): string {
    const start = this.position;
    this.skipString(limit);
    let value = '';
    // Short and mostly ASCII: cheaper than the decoder.
    let position = start + 1;
    if (this.position - start <= 48) {
      for (; position < this.position; position++) {
        const byte = this.bytes[position] as number;
        if (byte >= 0x80) break;
        value += String.fromCharCode(byte);
      }
      if (position === this.position) return value;
    }
    this.position = start;
    const length = this.varUint();
    value = decoder.decode(this.bytes.subarray(this.position, this.position + length));
    this.position += length;
    return value;
  }

  /** Skips a string of at most `limit` UTF-16 units after checking it; returns its length in UTF-16 units. */
  skipString(limit: number): number {
    const size = this.varUint();
    if (size > this.remaining) throw truncated();
    if (size > limit * 3) throw new Violation('too-large', 'G7: string too long');
    const length = utf16Length(this.bytes, this.position, this.position + size);
    if (length < 0) throw new Violation('malformed', 'G7: invalid UTF-8');
    if (length > limit) throw new Violation('too-large', 'G7: string too long');
    this.position += size;
    return length;
  }
}

function truncated(): Violation {
  return new Violation('malformed', 'G11: ends too early');
}

/**
 * UTF-16 units of the UTF-8 text in bytes[start, end), or -1 if it is not valid UTF-8 (as a fatal TextDecoder sees it).
 */
function utf16Length(bytes: Uint8Array, start: number, end: number): number {
  let units = end - start;
  let position = start;
  while (position < end) {
    const lead = bytes[position] as number;
    if (lead < 0x80) {
      position++;
      continue;
    }
    const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 0xc2 || lead > 0xf4 || position + size > end) return -1;
    // Ranges of the second byte rule out overlong forms, surrogates and what lies beyond U+10FFFF.
    const second = bytes[position + 1] as number;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return -1;
    for (let next = position + 2; next < position + size; next++) {
      if (((bytes[next] as number) & 0xc0) !== 0x80) return -1;
    }
    // A two-byte sequence is one unit, a three-byte sequence too, a four-byte sequence is a surrogate pair.
    units -= size === 2 ? 1 : 2;
    position += size;
  }
  return units;
}
