import * as Y from 'yjs';

/** One UTF-16 unit of a text as it was. Live: it went together with its text, not before. */
export type Letter = { client: number; clock: number; unit: string; live: boolean };
/** New ids, and the ids that they bring back. */
export type Aligned = { client: number; clock: number; length: number; source: { client: number; clock: number } };

/** The beginning of a new struct. */
export type Piece = { item: Y.Item; length: number };

/** So many places of one character, and so many characters from each of them, are compared. */
const MAX_PLACES = 400;
const MAX_RUN = 32;

/**
 * A text that came back with its item, or text that came back into it later (P2, P3): finds which deleted ids its new
 * ids are. Undo restores deleted ids client by client and in the order of their clocks, each as often as once, under
 * ascending clocks of its own; where in the text they land, and how they are cut into structs, depends on what else
 * came back. So new ids in the order of their clocks are put together from runs of old ids that were not used yet: as
 * long ones as can be found, rather of what went with the text than of what was deleted before.
 * @param pieces new structs in the order of their clocks
 * @param letters what the text ever held before
 */
export function alignRestored(pieces: readonly Piece[], letters: readonly Letter[]): Aligned[] {
  const old = new OldText(letters);
  const units = pieces.flatMap(unitsOf);
  const aligned: Aligned[] = [];
  units.forEach(({ client, clock, unit }, i) => {
    // What was deleted again before the server saw it matches anything.
    if (unit === null) return old.skip();
    const source = old.take(unit, (n) => units[i + n]?.unit ?? null);
    if (source) add(aligned, client, clock, source);
  });
  return aligned;
}

type Unit = { client: number; clock: number; unit: string | null };

function unitsOf({ item, length }: Piece): Unit[] {
  const { content } = item;
  const { client, clock } = item.id;
  const text = content instanceof Y.ContentString ? content.str : null;
  return Array.from({ length }, (_, i) => ({ client, clock: clock + i, unit: text?.charAt(i) ?? null }));
}

/** What may come back, each id once. */
class OldText {
  readonly #letters: Letter[];
  /** Places of each character that are not used yet. */
  readonly #places = new Map<string, Set<number>>();
  readonly #used = new Set<number>();
  #last = -1;

  constructor(letters: readonly Letter[]) {
    this.#letters = [...letters].sort((a, b) => a.client - b.client || a.clock - b.clock);
    this.#letters.forEach(({ unit }, place) => {
      const places = this.#places.get(unit) ?? new Set();
      this.#places.set(unit, places);
      places.add(place);
    });
  }

  /** The id that a character brings back: what follows the last one, or the beginning of the longest run. */
  take(unit: string, ahead: (n: number) => string | null): Letter | null {
    const next = this.#after(this.#last);
    const place = this.#letters[next]?.unit === unit ? next : this.#longest(unit, ahead);
    const letter = this.#letters[place];
    if (!letter) return null;
    this.#used.add(place);
    this.#places.get(unit)?.delete(place);
    this.#last = place;
    return letter;
  }

  skip(): void {
    const next = this.#after(this.#last);
    if (next !== -1) this.#last = next;
  }

  /** The next place of the same client and sort. */
  #after(place: number): number {
    const letter = this.#letters[place];
    for (let next = place + 1; letter && this.#letters[next]?.client === letter.client; next++) {
      if (!this.#used.has(next) && this.#letters[next]?.live === letter.live) return next;
    }
    return -1;
  }

  #longest(unit: string, ahead: (n: number) => string | null): number {
    let best = -1;
    let bestRank = 0;
    let looked = 0;
    for (const place of this.#places.get(unit) ?? []) {
      if (++looked > MAX_PLACES) break;
      let length = 1;
      for (let next = this.#after(place); next !== -1 && length < MAX_RUN; next = this.#after(next), length++) {
        if (this.#letters[next]?.unit !== ahead(length)) break;
      }
      const rank = length * 2 + (this.#letters[place]?.live ? 1 : 0);
      if (rank > bestRank) [best, bestRank] = [place, rank];
    }
    return best;
  }
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
