import type { AuthorIndex } from '#domain/authorship.ts';
import { firstWhere } from '#domain/sorted.ts';
import type { Actor } from '../actor.ts';
import type { CreditedRange, IdRange } from '../ledger/ledger.ts';

// What came back is credited to its first author.

export type OldId = { client: number; clock: number };
/** New ids, and the ids that they bring back. */
export type Restored = { client: number; clock: number; length: number; source: OldId };
/** Credits, and all new ids that bring something back, credited or their owner's anyhow. */
export type Found = { credits: CreditedRange[]; restored: IdRange[] };
/** The credits are added to `index`; `actor`: who brought it back. */
export type CreditContext = { index: AuthorIndex; actor: Actor };

/**
 * Credits new ids to whoever wrote the ids that they bring back: first those that others bring back in turn. No id is
 * credited twice.
 */
export function creditAll(restored: readonly Restored[], { index, actor }: CreditContext): Found {
  const credits: CreditedRange[] = [];
  const byClient = new Map<number, Restored[]>();
  for (const range of [...restored].sort((a, b) => a.client - b.client || a.clock - b.clock)) {
    const ranges = byClient.get(range.client) ?? [];
    byClient.set(range.client, ranges);
    const last = ranges.at(-1);
    if (!last || last.clock + last.length <= range.clock) ranges.push(range);
  }
  const done = new Set<Restored>();
  const credit = (range: Restored): void => {
    if (done.has(range)) return;
    done.add(range);
    const { client, length, source } = range;
    const others = byClient.get(source.client) ?? [];
    for (let i = firstWhere(others, (other) => endOf(other) > source.clock); i < others.length; i++) {
      const first = others[i];
      if (!first || first.clock >= source.clock + length) break;
      credit(first);
    }
    let at = range.clock;
    for (const run of index.runs(source.client, source.clock, length)) {
      const { author } = run;
      if (author?.person !== actor.personId || author.organisation !== actor.organisationId) {
        const whose = [author?.person ?? null, author?.organisation ?? null] as const;
        credits.push([client, at, run.length, ...whose, 'undo']);
        index.add({ clients: [], ranges: [[client, at, run.length, ...whose]] });
      }
      at += run.length;
    }
  };
  const all = [...byClient.values()].flat();
  all.forEach(credit);
  return { credits, restored: all.map(({ client, clock, length }) => [client, clock, length]) };
}

function endOf({ clock, length }: Restored): number {
  return clock + length;
}
