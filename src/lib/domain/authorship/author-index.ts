import { firstWhere } from '../sorted.ts';

/** Whoever text or a field is credited to: a person and the organisation that they acted for. */
export type Author = { person: string; organisation: string | null };

/** One stretch of ids with one author; null: the server, nobody, or unknown. */
export type AuthorRun = { length: number; author: Author | null };

/** Who wrote which ids of a document, as the server knows it and tells browsers (message 101, "authors"). */
export type AuthorsMessage = {
  /** [Yjs client id, person id, organisation id] */
  clients: [number, string, string | null][];
  /**
   * Ranges credited to somebody else than their client id's owner (text that came back or was carried over):
   * [client, clock, length, person, organisation]; person null: nobody.
   */
  ranges: [number, number, number, string | null, string | null][];
};

type Range = { clock: number; length: number; author: Author | null };

/** Looks up authors by Yjs id. Built from the server's messages; later messages add to it. */
export class AuthorIndex {
  readonly #clients = new Map<number, Author>();
  /** Sorted by clock, never overlapping. */
  readonly #ranges = new Map<number, Range[]>();
  readonly #versions = new Map<number, number>();
  #version = 0;

  /** Grows with every message: what was computed at another version may be stale. */
  get version(): number {
    return this.#version;
  }

  /** The version at which what is known of a client id changed last. */
  versionOf(client: number): number {
    return this.#versions.get(client) ?? 0;
  }

  add(message: AuthorsMessage): void {
    this.#version++;
    for (const [client, person, organisation] of message.clients) {
      this.#clients.set(client, { person, organisation });
      this.#versions.set(client, this.#version);
    }
    for (const [client, clock, length, person, organisation] of message.ranges) {
      const ranges = this.#ranges.get(client) ?? [];
      this.#ranges.set(client, ranges);
      this.#versions.set(client, this.#version);
      const index = firstWhere(ranges, (range) => range.clock >= clock);
      const replaces = ranges[index]?.clock === clock ? 1 : 0;
      const author = person === null ? null : { person, organisation };
      ranges.splice(index, replaces, { clock, length, author });
    }
  }

  /** Authors of the ids (client, clock) … (client, clock + length - 1), in order. */
  runs(client: number, clock: number, length: number): AuthorRun[] {
    const owner = this.#clients.get(client) ?? null;
    const ranges = this.#ranges.get(client);
    if (!ranges) return [{ length, author: owner }];
    const runs: AuthorRun[] = [];
    const end = clock + length;
    let at = clock;
    // The range before the first that starts here may reach into it.
    for (let i = Math.max(0, firstWhere(ranges, (range) => range.clock >= clock) - 1); i < ranges.length; i++) {
      const range = ranges[i];
      if (!range || range.clock >= end) break;
      const to = Math.min(end, range.clock + range.length);
      if (to <= at) continue;
      const from = Math.max(at, range.clock);
      if (from > at) runs.push({ length: from - at, author: owner });
      runs.push({ length: to - from, author: range.author });
      at = to;
    }
    if (at < end) runs.push({ length: end - at, author: owner });
    return runs;
  }

  of(client: number, clock: number): Author | null {
    return this.runs(client, clock, 1)[0]?.author ?? null;
  }
}

export function sameAuthor(a: Author | null, b: Author | null): boolean {
  return a === b || (a !== null && b !== null && a.person === b.person && a.organisation === b.organisation);
}
