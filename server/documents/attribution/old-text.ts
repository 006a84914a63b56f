import * as Y from 'yjs';
import type { AuthorIndex } from '#domain/authorship.ts';
import type { Actor } from '../actor.ts';
import type { CreditedRange } from '../ledger/ledger.ts';
import type { Attribution } from './attribution.ts';
import type { DocumentCuts } from './cut-memory.ts';
import type { DeletedContents } from './deleted.ts';
import { findMoved } from './moved.ts';
import { findRestored } from './provenance.ts';
import { structsIn } from '../ids/structs.ts';

type Context = {
  index: AuthorIndex;
  deleted: DeletedContents;
  cuts: DocumentCuts;
  actor: Actor;
  /** Milliseconds since 1970. */
  at: number;
};

/**
 * Finds what is no new contribution in a transaction by a person: what comes back (P1 to P6) and what they carried here
 * (M). Credits are added to `index`, and what they deleted to `cuts`.
 */
export function findOld(transaction: Y.Transaction, attribution: Attribution, context: Context): CreditedRange[] {
  const { index, deleted, cuts, actor, at } = context;
  const { credits, restored } = findRestored(transaction, attribution, { index, deleted, actor });
  const moved = findMoved(transaction, attribution, { index, cuts, personId: actor.personId, at, restored });
  const all = Map.groupBy([...credits, ...moved], ([client]) => client);
  return attribution.inserted.flatMap(([client, clock, length]) => {
    const own = all.get(client);
    return own ? withFormats(structsIn(transaction.doc, client, clock, length), own) : [];
  });
}

/** Credits the formats around old text as well: they are ids like others, and came with it. Joins what touches. */
function withFormats(structs: readonly (Y.Item | Y.GC)[], credits: readonly CreditedRange[]): CreditedRange[] {
  const formats = structs.filter((struct) => struct instanceof Y.Item && struct.content instanceof Y.ContentFormat);
  const fields = new Set(structs.filter((s) => s instanceof Y.Item && s.parentSub !== null).map(({ id }) => id.clock));
  const all = [...credits].sort((a, b) => a[1] - b[1]);
  const texts = all.filter(([, clock]) => !fields.has(clock));
  const byEnd = new Map(texts.map((range) => [range[1] + range[2], range]));
  for (const { id, length } of formats) {
    const range = byEnd.get(id.clock);
    if (!range) continue;
    range[2] += length;
    byEnd.set(id.clock + length, range);
  }
  const byStart = new Map(texts.map((range) => [range[1], range]));
  for (const { id, length } of formats.toReversed()) {
    const range = byStart.get(id.clock + length);
    if (!range || byEnd.has(id.clock + length)) continue;
    range[1] -= length;
    range[2] += length;
    byStart.set(id.clock, range);
  }
  return joined(all);
}

function joined(ranges: readonly CreditedRange[]): CreditedRange[] {
  const found: CreditedRange[] = [];
  for (const range of ranges) {
    const last = found.at(-1);
    if (last && last[1] + last[2] === range[1] && last[3] === range[3] && last[4] === range[4] && last[5] === range[5])
      last[2] += range[2];
    else found.push(range);
  }
  return found;
}
