import * as Y from 'yjs';

/** One UTF-16 unit of a text as it was, in reading order; not live: deleted already before its text went. `by`: who deleted it. */
export type Letter = { client: number; clock: number; unit: string; live: boolean; by: string | null };
/** New ids, and the ids that they bring back. */
export type Aligned = { client: number; clock: number; length: number; source: { client: number; clock: number } };
/** The beginning of a new struct. */
type Piece = { item: Y.Item; length: number };

/**
 * A text that came back with its item (P2): finds for the structs inside it which deleted ids they are. Yjs restores
 * everything at once under ascending clocks, so the first clocks, read in the order of the text, are the old text. Where
 * that does not hold (others wrote or deleted in it meanwhile), each struct is looked for by its own text: it is one run
 * of old ids or several that Yjs has joined, and the order is the old one.
 * @param items the text's new structs in order of their clocks
 * @param latest what the text held when it was deleted last, in reading order
 * @param earlier what it held when it was deleted before that
 */
export function alignRestored(
  text: Y.Text,
  items: readonly Y.Item[],
  latest: readonly Letter[],
  earlier: readonly Letter[],
): Aligned[] {
  const live = latest.filter((letter) => letter.live);
  const first = firstClocks(items, live.length);
  const whole = alignWhole(inReadingOrder(text, first), live);
  if (!whole) return alignParts(inReadingOrder(text, firstClocks(items, Infinity)), [...latest, ...earlier]);
  const last = first.at(-1);
  const rest = last ? items.slice(items.indexOf(last.item) + 1) : items;
  return [
    ...whole,
    ...alignWholeRuns(
      rest,
      [...latest, ...earlier].filter((letter) => !letter.live),
    ),
  ];
}

/** Structs whose text is, from the first to the last unit, one run of deleted ids. */
export function alignWholeRuns(items: readonly Y.Item[], letters: readonly Letter[]): Aligned[] {
  const places = placesOf(letters);
  return items.flatMap((item) => {
    if (!(item.content instanceof Y.ContentString)) return [];
    const match = longest(item.content.str, letters, places, 0);
    if (match?.length !== item.length) return [];
    const { client, clock } = match;
    return [{ client: item.id.client, clock: item.id.clock, length: item.length, source: { client, clock } }];
  });
}

function placesOf(letters: readonly Letter[]): Map<string, number> {
  return new Map(letters.map((letter, place) => [`${letter.client}:${letter.clock}`, place]));
}

/** The structs with the lowest clocks that make up `length` units of text; the last one may be cut. */
function firstClocks(items: readonly Y.Item[], length: number): Piece[] {
  const pieces: Piece[] = [];
  let left = length;
  for (const item of items) {
    if (left === 0) break;
    if (!(item.content instanceof Y.ContentString || item.content instanceof Y.ContentDeleted)) continue;
    const piece = { item, length: Math.min(item.length, left) };
    left -= piece.length;
    pieces.push(piece);
  }
  return pieces;
}

function inReadingOrder(text: Y.Text, pieces: readonly Piece[]): Piece[] {
  const byItem = new Map(pieces.map((piece) => [piece.item, piece]));
  const ordered: Piece[] = [];
  for (let item = text._start; item !== null; item = item.right) {
    const piece = byItem.get(item);
    if (piece) ordered.push(piece);
  }
  return ordered;
}

/** All of the old text, letter by letter; what was deleted again meanwhile matches anything. */
function alignWhole(pieces: readonly Piece[], letters: readonly Letter[]): Aligned[] | null {
  const aligned: Aligned[] = [];
  let at = 0;
  for (const { item, length } of pieces) {
    const text = item.content instanceof Y.ContentString ? item.content.str : null;
    for (let i = 0; i < length; i++, at++) {
      const letter = letters[at];
      if (!letter || (text !== null && text.charAt(i) !== letter.unit)) return null;
      if (text !== null) add(aligned, item.id.client, item.id.clock + i, letter);
    }
  }
  return at === letters.length ? aligned : null;
}

function alignParts(pieces: readonly Piece[], letters: readonly Letter[]): Aligned[] {
  const places = placesOf(letters);
  const aligned: Aligned[] = [];
  let from = 0;
  for (const { item } of pieces) {
    if (!(item.content instanceof Y.ContentString)) continue;
    const text = item.content.str;
    for (let done = 0; done < text.length;) {
      const match = longest(text.slice(done), letters, places, from);
      for (let i = 0; match && i < match.length; i++) {
        add(aligned, item.id.client, item.id.clock + done + i, { client: match.client, clock: match.clock + i });
      }
      done += match?.length ?? 1;
      from = match ? match.place + 1 : from;
    }
  }
  return aligned;
}

type Match = { client: number; clock: number; length: number; place: number };

/**
 * Where a text, or as much of its beginning as can be found, stood as one run of ids: what was live is preferred, then
 * what comes later than the last match.
 */
function longest(
  text: string,
  letters: readonly Letter[],
  places: ReadonlyMap<string, number>,
  from: number,
): Match | null {
  let best: Match | null = null;
  let bestRank = 0;
  letters.forEach((letter, place) => {
    let length = 0;
    let live = true;
    for (; length < text.length; length++) {
      const next = letters[places.get(`${letter.client}:${letter.clock + length}`) ?? -1];
      if (next?.unit !== text.charAt(length)) break;
      live &&= next.live;
    }
    const rank = length * 4 + (live ? 2 : 0) + (place >= from ? 1 : 0);
    if (length === 0 || rank <= bestRank) return;
    best = { client: letter.client, clock: letter.clock, length, place };
    bestRank = rank;
  });
  return best;
}

/** Adds one unit, to the last range where it goes on. */
function add(aligned: Aligned[], client: number, clock: number, source: { client: number; clock: number }): void {
  const last = aligned.at(-1);
  if (
    last?.client === client &&
    last.clock + last.length === clock &&
    last.source.client === source.client &&
    last.source.clock + last.length === source.clock
  ) {
    last.length++;
  } else {
    aligned.push({ client, clock, length: 1, source: { client: source.client, clock: source.clock } });
  }
}
