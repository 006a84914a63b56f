import * as Y from 'yjs';

/** Whoever text or a field is credited to: a person and the organisation that they acted for. */
export type Author = { person: string; organisation: string | null };

/** One stretch of ids with one author; null: the server, or unknown. */
export type AuthorRun = { length: number; author: Author | null };

/** Who wrote which ids of a document, as the server knows it and tells browsers (message 101, "authors"). */
export type AuthorsMessage = {
  /** [Yjs client id, person id, organisation id] */
  clients: [number, string, string | null][];
  /** Ranges credited to somebody else than their client id's owner (text that came back): [client, clock, length, person, organisation] */
  ranges: [number, number, number, string, string | null][];
};

type Range = { clock: number; length: number; author: Author };

/** Looks up authors by Yjs id. Built from the server's messages; later messages add to it. */
export class AuthorIndex {
  readonly #clients = new Map<number, Author>();
  /** Sorted by clock, never overlapping. */
  readonly #ranges = new Map<number, Range[]>();

  add(message: AuthorsMessage): void {
    for (const [client, person, organisation] of message.clients) this.#clients.set(client, { person, organisation });
    for (const [client, clock, length, person, organisation] of message.ranges) {
      const ranges = this.#ranges.get(client) ?? [];
      this.#ranges.set(client, ranges);
      const index = ranges.findIndex((range) => range.clock >= clock);
      const range = { clock, length, author: { person, organisation } };
      if (index === -1) ranges.push(range);
      else if (ranges[index]?.clock === clock) ranges[index] = range;
      else ranges.splice(index, 0, range);
    }
  }

  /** Authors of the ids (client, clock) … (client, clock + length - 1), in order. */
  runs(client: number, clock: number, length: number): AuthorRun[] {
    const owner = this.#clients.get(client) ?? null;
    const runs: AuthorRun[] = [];
    let at = clock;
    const end = clock + length;
    for (const range of this.#ranges.get(client) ?? []) {
      const rangeEnd = range.clock + range.length;
      if (rangeEnd <= at) continue;
      if (range.clock >= end) break;
      if (range.clock > at) runs.push({ length: range.clock - at, author: owner });
      const from = Math.max(at, range.clock);
      const to = Math.min(end, rangeEnd);
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

/** Surviving text of a Y.Text in reading order, split where the author changes. Offsets and lengths in UTF-16 units. */
export type AuthoredText = { text: string; author: Author | null };

export function authoredText(type: Y.Text, index: AuthorIndex): AuthoredText[] {
  const parts: AuthoredText[] = [];
  for (let item = type._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const text = item.content.str;
    let offset = 0;
    for (const run of index.runs(item.id.client, item.id.clock, text.length)) {
      const last = parts.at(-1);
      const part = text.slice(offset, offset + run.length);
      if (last && sameAuthor(last.author, run.author)) last.text += part;
      else parts.push({ text: part, author: run.author });
      offset += run.length;
    }
  }
  return parts;
}

export function sameAuthor(a: Author | null, b: Author | null): boolean {
  return a === b || (a !== null && b !== null && a.person === b.person && a.organisation === b.organisation);
}

/** Characters as the product counts them: code points that are not white space. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const character of text) if (!/\s/u.test(character)) count++;
  return count;
}
