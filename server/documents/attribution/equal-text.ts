import { isHighSurrogate, isLowSurrogate } from '#domain/surrogates.ts';

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
/** Units that may be compared for each unit that is looked for: hostile text costs no more than this. */
const MAX_COMPARED = 12;
/** Of these, how many may be spent on finding what is longer than what was found there already. */
const MAX_COMPARED_AGAIN = 4;

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

  /**
   * Equal parts of at least `LEAST` code points, from left to right, none over another. Where several are equal the
   * longest counts, then the newest; what reaches beyond it keeps the rest.
   */
  find(text: string): Equal<P>[] {
    return withoutOverlap(this.#all(text), text.length);
  }

  /** Equal parts as long as they are, which may overlap: the newer one first where they begin to be equal together. */
  #all(text: string): Equal<P>[] {
    const found: Equal<P>[] = [];
    const allowed = text.length + LEAST;
    let compared = 0;
    let comparedAgain = 0;
    let hash = 0;
    /** What reaches beyond the place, and what of it reaches furthest. */
    let around: Equal<P>[] = [];
    let furthest: Equal<P> | null = null;
    for (let place = 0; place + STRIDE <= text.length && compared < MAX_COMPARED * allowed; place++) {
      hash = place === 0 ? hashOf(text, 0) : rolled(hash, text, place);
      const entries = this.#entries.get(hash);
      if (!entries) continue;
      around = around.filter((equal) => endOf(equal) > place);
      const again = around.length > 0;
      if (again && comparedAgain > MAX_COMPARED_AGAIN * allowed) continue;
      for (const { piece, place: from } of entries.toReversed()) {
        const shift = from - place;
        if (around.some((equal) => equal.piece === piece && equal.from - equal.start === shift)) continue;
        if (again && furthest && !reachesBeyond(furthest, text, piece.text, shift)) continue;
        const equal = equalAround(text, place, piece, from);
        compared += equal.length + 1;
        if (again) comparedAgain += equal.length + 1;
        if (!isLongEnough(text, equal)) continue;
        found.push(equal);
        around.push(equal);
        if (!furthest || endOf(equal) > endOf(furthest)) furthest = equal;
      }
    }
    return found;
  }
}

function endOf({ start, length }: Equal<unknown>): number {
  return start + length;
}

/** Whether what is equal at a shift can begin before, or end behind, what was found. */
function reachesBeyond(found: Equal<unknown>, text: string, other: string, shift: number): boolean {
  const before = found.start - 1;
  const behind = endOf(found);
  return (
    (before >= 0 && before + shift >= 0 && same(text, before, other, before + shift)) ||
    (behind < text.length && behind + shift < other.length && same(text, behind, other, behind + shift))
  );
}

/** Gives each unit to the longest part that it is in; the first one of several. */
function withoutOverlap<P>(all: readonly Equal<P>[], length: number): Equal<P>[] {
  if (all.length < 2) return [...all];
  const longestFirst = all.toSorted((a, b) => b.length - a.length);
  /** For each unit the number of its part, from 1 on; 0: none. */
  const owners = new Uint32Array(length);
  longestFirst.forEach((equal, i) => {
    for (let at = equal.start; at < endOf(equal); at++) owners[at] ||= i + 1;
  });
  const parts: Equal<P>[] = [];
  for (let start = 0, end = 0; start < length; start = end) {
    while (end < length && owners[end] === owners[start]) end++;
    const owner = longestFirst[(owners[start] ?? 0) - 1];
    if (owner) parts.push({ ...owner, start, length: end - start, from: owner.from + start - owner.start });
  }
  return parts;
}

function equalAround<P extends { readonly text: string }>(
  text: string,
  place: number,
  piece: P,
  from: number,
): Equal<P> {
  const other = piece.text;
  let before = 0;
  while (place - before > 0 && from - before > 0 && same(text, place - before - 1, other, from - before - 1)) before++;
  let after = 0;
  while (place + after < text.length && from + after < other.length && same(text, place + after, other, from + after)) {
    after++;
  }
  // No half of a surrogate pair.
  if (isLowSurrogate(text.charCodeAt(place - before))) before--;
  if (after > 0 && isHighSurrogate(text.charCodeAt(place + after - 1))) after--;
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
