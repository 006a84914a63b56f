import * as Y from 'yjs';
import type { ItemMap } from '../plan/read.ts';
import { DEFAULTS } from '../plan/schema.ts';
import type { Author, AuthorIndex } from './author-index.ts';
import { countCharacters } from './text.ts';

/** What one author has left in an item: one person acting for one organisation. */
export type Tally = Author & {
  /** Code points that can be seen. */
  characters: number;
  /** Scalar values that count; see `countFields`. */
  fields: number;
  /** Funding lines, indicators and partners that they entered. */
  parts: number;
};

/**
 * Counts what survives, by author. Text of the server, or of nobody known, is counted apart.
 *
 * Which values count as fields: status, horizon, start and end; every organisation named as responsible or partner;
 * of a funding line source, funder, form, stage, amount and hours; of an indicator unit, baseline and target. What
 * does not: values that are empty, values that still are what an item is created with (status "planned", source
 * "municipal", form "cash", stage "planned"), and where a card lies (goal and order), which a drag changes.
 */
export class Counter {
  readonly #index: AuthorIndex;
  readonly #tallies = new Map<string, Tally>();
  /** Yjs client ids that were met: the count is stale when one of them gets another author. */
  readonly clients = new Set<number>();
  unattributed = 0;

  constructor(index: AuthorIndex) {
    this.#index = index;
  }

  get tallies(): Tally[] {
    return [...this.#tallies.values()];
  }

  countText(type: unknown): void {
    if (!(type instanceof Y.Text)) return;
    for (let item = type._start; item !== null; item = item.right) {
      if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
      const text = item.content.str;
      this.clients.add(item.id.client);
      let offset = 0;
      for (const run of this.#index.runs(item.id.client, item.id.clock, text.length)) {
        const characters = countCharacters(run.length === text.length ? text : text.slice(offset, offset + run.length));
        offset += run.length;
        const tally = characters > 0 ? this.#tally(run.author) : null;
        if (tally) tally.characters += characters;
        else this.unattributed += characters;
      }
    }
  }

  countFields(map: ItemMap, names: readonly string[]): void {
    for (const name of names) {
      const value = map.get(name);
      if (value === undefined || value === null || value === '') continue;
      if (name in DEFAULTS && DEFAULTS[name as keyof typeof DEFAULTS] === value) continue;
      const tally = this.#tally(this.#authorOfEntry(map, name));
      if (tally) tally.fields++;
    }
  }

  /** Organisations named in a set of them. */
  countOrganisations(set: unknown, arePartners: boolean): void {
    if (!(set instanceof Y.Map)) return;
    for (const [id, on] of set.entries()) {
      if (on !== true) continue;
      const tally = this.#tally(this.#authorOfEntry(set, id));
      if (!tally) continue;
      tally.fields++;
      if (arePartners) tally.parts++;
    }
  }

  /** Credits a part (funding line, indicator) to whoever entered it. */
  countPart(parts: Y.Map<unknown>, id: string): void {
    const tally = this.#tally(this.#authorOfEntry(parts, id));
    if (tally) tally.parts++;
  }

  #authorOfEntry(map: Y.Map<unknown>, key: string): Author | null {
    const item = map._map.get(key);
    if (!item) return null;
    this.clients.add(item.id.client);
    return this.#index.of(item.lastId.client, item.lastId.clock);
  }

  #tally(author: Author | null): Tally | null {
    if (author === null) return null;
    const key = `${author.person} ${author.organisation ?? ''}`;
    let tally = this.#tallies.get(key);
    if (!tally) {
      tally = { ...author, characters: 0, fields: 0, parts: 0 };
      this.#tallies.set(key, tally);
    }
    return tally;
  }
}
