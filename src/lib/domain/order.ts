import { generateNKeysBetween } from 'fractional-indexing';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TAIL_LENGTH = 4;

/** The longest key that a plan holds. */
export const LONGEST_KEY = 200;
/** Keys that are written anew are shorter, so that there is room between them again. */
const LONGEST_NEW_KEY = LONGEST_KEY / 2;

/** What is put in order: `order` is a fractional index, `id` breaks ties. */
export type Ordered = { id: string; order: string };

/** Compares by order key, then by id; plain code-unit comparison, so that all browsers agree. */
export function byOrder(a: Ordered, b: Ordered): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** A key for what is put somewhere, and by id new keys of others that have to make room for it. */
export type Placing = { order: string; others: Map<string, string> };

/**
 * Puts something before the one at `index`: a key strictly between its neighbours, with a random tail, so that two
 * people who insert at one place at once get different keys. Between some neighbours there is none: they are equal (a
 * tie of concurrent inserts), are no fractional index, or so long that it would be too long. Then those around it get
 * new keys as well and stay in their order, as few as it takes: in the end all of them, and that always works.
 */
export function placeAt(ordered: readonly Ordered[], index: number): Placing {
  for (let reach = 0; ; reach = 2 * reach + 1) {
    const from = Math.max(0, index - reach);
    const around = ordered.slice(from, index + reach);
    const after = ordered[index + reach]?.order ?? null;
    const longest = reach === 0 ? LONGEST_KEY : LONGEST_NEW_KEY;
    const keys = keysBetween(ordered[from - 1]?.order ?? null, after, around.length + 1, longest);
    const [order] = keys?.splice(index - from, 1) ?? [];
    if (keys && order !== undefined)
      return { order, others: new Map(around.map(({ id }, i) => [id, keys[i] ?? order])) };
  }
}

/** So many keys in order between two (null: no neighbour on that side); null when there are none of that length. */
function keysBetween(low: string | null, high: string | null, count: number, longest: number): string[] | null {
  try {
    const keys = generateNKeysBetween(low, high, count);
    const tailed = keys.map((key, i) => withTail(key, keys[i + 1] ?? high));
    return tailed.every((key) => key.length <= longest) ? tailed : null;
  } catch {
    // A neighbour is no fractional index, or they are equal.
    return null;
  }
}

function withTail(key: string, next: string | null): string {
  for (let attempt = 0; attempt < 8; attempt++) {
    const tailed = key + randomTail();
    if (next === null || tailed < next) return tailed;
  }
  return key;
}

function randomTail(): string {
  const random = crypto.getRandomValues(new Uint8Array(TAIL_LENGTH));
  // A fractional index must not end in the lowest digit.
  return Array.from(random, (byte, i) => DIGITS[i === TAIL_LENGTH - 1 ? 1 + (byte % 61) : byte % 62]).join('');
}
