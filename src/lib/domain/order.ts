import { generateKeyBetween } from 'fractional-indexing';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TAIL_LENGTH = 4;

/** What is put in order: `order` is a fractional index, `id` breaks ties. */
export type Ordered = { id: string; order: string };

/** Compares by order key, then by id; plain code-unit comparison, so that all browsers agree. */
export function byOrder(a: Ordered, b: Ordered): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/**
 * A key strictly between two neighbours (null: no neighbour on that side), with a random tail, so that two people who
 * insert at one place at once get different keys. Neighbours that are equal or out of order (a tie of concurrent
 * inserts, broken input) give a key behind `before`.
 */
export function orderBetween(before: string | null, after: string | null): string {
  const low = valid(before);
  let high = valid(after);
  if (low !== null && high !== null && low >= high) high = null;
  const key = generateKeyBetween(low, high);
  for (let attempt = 0; attempt < 8; attempt++) {
    const tailed = key + randomTail();
    if (high === null || tailed < high) return tailed;
  }
  return key;
}

function valid(key: string | null): string | null {
  if (key === null) return null;
  try {
    generateKeyBetween(key, null);
    return key;
  } catch {
    return null;
  }
}

function randomTail(): string {
  const random = crypto.getRandomValues(new Uint8Array(TAIL_LENGTH));
  // A fractional index must not end in the lowest digit.
  return Array.from(random, (byte, i) => DIGITS[i === TAIL_LENGTH - 1 ? 1 + (byte % 61) : byte % 62]).join('');
}
