/** Part of a text that equals part of a remembered one, in UTF-16 units. */
export type Equal<P> = { start: number; length: number; piece: P; from: number };

type Entry<P> = { piece: P; place: number };

/** Code points that have to be equal in a row. */
export const LEAST = 20;
/** Every so many units of a piece are looked up by. Wherever `LEAST` units are equal there is one of them whole. */
const STRIDE = LEAST / 2;
/** Places of one stride that are compared: the newest, and no more than these of one piece. */
const MAX_ENTRIES = 4;
const MAX_OF_ONE_PIECE = 2;
/** How far an equal part is followed back into the one before it, which coincidence may have made too long. */
const MAX_OVERLAP = 2 * LEAST;
/** Units that may be compared for each unit that is looked for: hostile text costs no more than this. */
const MAX_COMPARED = 8;

const BASE = 0x01000193;
const BASE_OF_FIRST = power(BASE, STRIDE - 1);

/**
 * Finds where a text equals remembered pieces of text, in time linear to its length: pieces are known by every tenth
 * place of theirs, the text is looked at at every place.
 */
export class EqualText<P extends { readonly text: string }> {
  readonly #entries = new Map<number, Entry<P>[]>();

  add(piece: P): void {
    for (const [hash, place] of strides(piece.text)) {
      const entries = this.#entries.get(hash) ?? [];
      this.#entries.set(hash, entries);
      if (entries.at(-MAX_OF_ONE_PIECE)?.piece === piece) continue;
      entries.push({ piece, place });
      if (entries.length > MAX_ENTRIES) entries.shift();
    }
  }

  remove(piece: P): void {
    for (const [hash] of strides(piece.text)) {
      const left = this.#entries.get(hash)?.filter((entry) => entry.piece !== piece) ?? [];
      if (left.length > 0) this.#entries.set(hash, left);
      else this.#entries.delete(hash);
    }
  }

  /** Equal parts of at least `LEAST` code points, from left to right, none over another. Longer and newer ones first. */
  find(text: string): Equal<P>[] {
    const found: Equal<P>[] = [];
    const budget = { left: MAX_COMPARED * (text.length + LEAST) };
    let free = 0;
    let hash = 0;
    for (let place = 0; place + STRIDE <= text.length && budget.left > 0; place++) {
      hash = place === 0 ? hashOf(text, 0) : rolled(hash, text, place);
      if (place < free) continue;
      const best = this.#longest(text, place, free, hash, budget);
      if (!best) continue;
      const start = Math.max(best.start, free);
      free = best.start + best.length;
      if (free > start) found.push({ ...best, start, length: free - start, from: best.from + start - best.start });
    }
    return found;
  }

  #longest(text: string, place: number, free: number, hash: number, budget: { left: number }): Equal<P> | null {
    let best: Equal<P> | null = null;
    for (const { piece, place: from } of this.#entries.get(hash)?.toReversed() ?? []) {
      const equal = equalAround(text, place, Math.max(0, free - MAX_OVERLAP), piece, from);
      budget.left -= equal.length + 1;
      if (equal.length > (best?.length ?? 0) && isLongEnough(text, equal)) best = equal;
    }
    return best;
  }
}

function equalAround<P extends { readonly text: string }>(
  text: string,
  place: number,
  least: number,
  piece: P,
  from: number,
): Equal<P> {
  const other = piece.text;
  let before = 0;
  while (place - before > least && from - before > 0 && same(text, place - before - 1, other, from - before - 1))
    before++;
  let after = 0;
  while (place + after < text.length && from + after < other.length && same(text, place + after, other, from + after)) {
    after++;
  }
  // No half of a surrogate pair.
  if (isLow(text.charCodeAt(place - before))) before--;
  if (after > 0 && isHigh(text.charCodeAt(place + after - 1))) after--;
  return { start: place - before, length: before + after, piece, from: from - before };
}

function same(a: string, i: number, b: string, j: number): boolean {
  return a.charCodeAt(i) === b.charCodeAt(j);
}

function isLongEnough(text: string, { start, length }: Equal<unknown>): boolean {
  if (length >= 2 * LEAST) return true;
  return [...text.slice(start, start + length)].length >= LEAST;
}

function* strides(text: string): Generator<[hash: number, place: number]> {
  for (let place = 0; place + STRIDE <= text.length; place += STRIDE) yield [hashOf(text, place), place];
}

function hashOf(text: string, place: number): number {
  let hash = 0;
  for (let i = place; i < place + STRIDE; i++) hash = (Math.imul(hash, BASE) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The hash at a place from the one before it. */
function rolled(hash: number, text: string, place: number): number {
  const without = (hash - Math.imul(text.charCodeAt(place - 1), BASE_OF_FIRST)) | 0;
  return (Math.imul(without, BASE) + text.charCodeAt(place + STRIDE - 1)) | 0;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = Math.imul(result, base);
  return result;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
