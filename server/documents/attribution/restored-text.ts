import * as Y from 'yjs';
import { Steps } from './steps.ts';

/**
 * One UTF-16 unit of a text as it was. Live: it went together with its text, not before. `generation`: how often its
 * text came back after that. `first`, `last`: the clocks of the range that was deleted together with it.
 */
export type Letter = {
  client: number;
  clock: number;
  unit: string;
  live: boolean;
  generation: number;
  first: number;
  last: number;
};
/** New ids, and the ids that they bring back. */
export type Aligned = { client: number; clock: number; length: number; source: { client: number; clock: number } };

/** The beginning of a new struct. */
export type Piece = { item: Y.Item; length: number };

/** So many places of one character, and so many characters from each of them, are compared. */
const MAX_PLACES = 400;
const MAX_RUN = 32;
/** A run that does not follow on the one before is short with fewer units than that. */
const LEAST_RUN = 8;

/**
 * A text that came back with its item, or text that came back into it later (P2, P3): finds which deleted ids its new
 * ids are. Undo restores deleted ids client by client and in the order of their clocks, each as often as once, under
 * ascending clocks of its own; where in the text they land, and how they are cut into structs, depends on what else
 * came back. So new ids in the order of their clocks are put together from runs of old ids that were not used yet: as
 * long ones as can be found, rather of what went with the text than of what was deleted before. Short ones begin or end
 * where a deleted range did, and go back to an earlier clock only as whole ranges: letters in another order are new.
 * When the steps are spent the rest is left out.
 * @param pieces new structs in the order of their clocks
 * @param letters what the text ever held before
 */
export function alignRestored(
  pieces: readonly Piece[],
  letters: readonly Letter[],
  steps: Steps = new Steps(),
): Aligned[] {
  const old = new OldText(letters, steps);
  const units = pieces.flatMap(unitsOf);
  const aligned: Aligned[] = [];
  for (const [i, { client, clock, unit }] of units.entries()) {
    if (steps.areSpent) break;
    steps.take(1);
    // What was deleted again before the server saw it matches anything.
    if (unit === null) {
      old.skip();
      continue;
    }
    const source = old.take(unit, (n) => units[i + n]?.unit ?? null);
    if (source) add(aligned, client, clock, source);
  }
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
  readonly #steps: Steps;
  /** Places of one client and sort. */
  readonly #following: Unused;
  /** Places of one character, and the first one of each. */
  readonly #alike: Unused;
  readonly #first: Map<string, number>;
  #last = -1;
  /** The last place that came back of each client, sort and generation. */
  readonly #lastOf = new Map<string, number>();

  constructor(letters: readonly Letter[], steps: Steps) {
    this.#letters = [...letters].sort((a, b) => a.client - b.client || a.clock - b.clock);
    this.#steps = steps;
    this.#following = new Unused(linked(this.#letters, ({ client, live }) => `${client} ${live}`).next, steps);
    const { next, first } = linked(this.#letters, ({ unit }) => unit);
    this.#alike = new Unused(next, steps);
    this.#first = first;
  }

  /** The id that a character brings back: what follows the last one, or the beginning of the longest run. */
  take(unit: string, ahead: (n: number) => string | null): Letter | null {
    const next = this.#following.after(this.#last);
    const place = this.#letters[next]?.unit === unit ? next : this.#longest(unit, ahead);
    const letter = this.#letters[place];
    if (!letter) return null;
    this.#following.use(place);
    this.#alike.use(place);
    this.#last = place;
    this.#lastOf.set(groupOf(letter), place);
    return letter;
  }

  skip(): void {
    const next = this.#following.after(this.#last);
    if (next !== -1) this.#last = next;
  }

  #longest(unit: string, ahead: (n: number) => string | null): number {
    let best = -1;
    let bestRank = 0;
    let looked = 0;
    let place = this.#alike.from(this.#first.get(unit) ?? -1);
    for (; place !== -1 && looked < MAX_PLACES; place = this.#alike.after(place), looked++) {
      const letter = this.#letters[place];
      if (!letter) break;
      const { length, end } = this.#runFrom(place, letter, ahead);
      if (length < LEAST_RUN) {
        const begins = letter.clock === letter.first;
        const ends = end.clock >= letter.last;
        const isBack = place < (this.#lastOf.get(groupOf(letter)) ?? -1);
        if (isBack ? !begins || !ends : !begins && !ends) continue;
      }
      const rank = length * 2 + (letter.live ? 1 : 0);
      if (rank > bestRank) [best, bestRank] = [place, rank];
    }
    return best;
  }

  /** How long a run from a place on is, and its last letter. */
  #runFrom(place: number, letter: Letter, ahead: (n: number) => string | null): { length: number; end: Letter } {
    let length = 1;
    let end = letter;
    for (let next = this.#following.after(place); length < MAX_RUN; next = this.#following.after(next)) {
      const following = this.#letters[next];
      if (following?.unit !== ahead(length)) break;
      end = following;
      length++;
    }
    this.#steps.take(length);
    return { length, end };
  }
}

function groupOf({ client, live, generation }: Letter): string {
  return `${client} ${live} ${generation}`;
}

/** The place behind each place that has the same key, -1: none; and the first one of each key. */
function linked(
  letters: readonly Letter[],
  keyOf: (letter: Letter) => string,
): { next: Int32Array; first: Map<string, number> } {
  const next = new Int32Array(letters.length).fill(-1);
  const first = new Map<string, number>();
  for (const [place, letter] of [...letters.entries()].toReversed()) {
    const key = keyOf(letter);
    next[place] = first.get(key) ?? -1;
    first.set(key, place);
  }
  return { next, first };
}

/** Lists of places from which places are taken; what is left behind one is found in hardly more than one step. */
class Unused {
  readonly #next: Int32Array;
  /** For each place itself, or where it was taken a place behind it. */
  readonly #at: Int32Array;
  readonly #steps: Steps;

  /** @param next the place behind each; -1: none */
  constructor(next: Int32Array, steps: Steps) {
    this.#next = next;
    this.#steps = steps;
    this.#at = next.map((_, place) => place);
  }

  use(place: number): void {
    this.#at[place] = this.#next[place] ?? -1;
  }

  /** The first place behind one that is left; -1: none. */
  after(place: number): number {
    return this.from(this.#next[place] ?? -1);
  }

  /** A place, or the first one behind it that is left; -1: none. */
  from(place: number): number {
    let at = place;
    while (at !== -1 && this.#at[at] !== at) {
      this.#steps.take(1);
      const beyond = this.#at[at] ?? -1;
      // Whoever comes this way again has half as far.
      if (beyond !== -1) this.#at[at] = this.#at[beyond] ?? -1;
      at = beyond;
    }
    return at;
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
