import { hash } from 'node:crypto';
import { RowBytes, type Column } from './encoding.ts';

// Each row's hash covers the row and the hash before it. Rows are hashed by the hundred thousand: hashes are
// hexadecimal text here, which costs a third of what Buffers do.

/** The hash before the first row. */
export const FIRST_HASH = Buffer.alloc(32);

/** Kept, for what is hashed is soon forgotten. */
const scratch = new RowBytes();

/** SHA-256 over the columns of a row (`COLUMNS`) and the hash before it. */
export function hashColumns(columns: readonly Column[], previous: string): string {
  scratch.clear();
  scratch.putRow(columns);
  return hashWith(previous);
}

/** The same of a row that is encoded already. */
export function hashEncoded(rows: Buffer, from: number, to: number, previous: string): string {
  scratch.clear();
  scratch.append(rows, from, to);
  return hashWith(previous);
}

function hashWith(previous: string): string {
  scratch.putHex(previous);
  return hash('sha256', scratch.view(), 'hex');
}

/** SHA-256 over some values. */
export function digestOf(values: readonly Column[]): Buffer {
  scratch.clear();
  for (const value of values) scratch.put(value);
  return hash('sha256', scratch.view(), 'buffer');
}

export function asText(hash: Buffer): string {
  return hash.toString('hex');
}

export function asBuffer(hash: string): Buffer {
  return Buffer.from(hash, 'hex');
}
