import * as Y from 'yjs';
import type { AuthorIndex } from '#domain/authorship.ts';
import { firstWhere } from '#domain/sorted.ts';
import { withoutRanges } from '../ids/ranges.ts';
import { structsIn } from '../ids/structs.ts';
import type { CreditedRange, IdRange } from '../ledger/ledger.ts';
import type { Attribution } from './attribution.ts';
import type { DocumentCuts, Piece } from './cut-memory.ts';
import { readCuts } from './cuts.ts';
import { LEAST, type Equal } from './equal-text.ts';

// Cut and paste: text that a person deleted shortly before and now inserts is its authors' (SPEC.md, M).

type Context = {
  index: AuthorIndex;
  cuts: DocumentCuts;
  personId: string;
  /** Milliseconds since 1970. */
  at: number;
  /** New ids of which it is known already what they bring back. */
  restored: readonly IdRange[];
};

/** New text under one client id, and what it says. */
type Part = { client: number; clock: number; text: string };

/** So many deleted things and formats may stand between two parts of one insertion. */
const MAX_PASSED = 64;

/**
 * Finds text in a transaction that this person cut elsewhere, in this transaction or before it, and credits it to
 * whoever wrote it, the person included: it is no new contribution. The credits are added to `index`. Remembers what
 * the transaction deleted.
 */
export function findMoved(
  transaction: Y.Transaction,
  { inserted, deleted }: Attribution,
  context: Context,
): CreditedRange[] {
  const { index, cuts, personId, at } = context;
  if (deleted.length > 0) cuts.add(personId, readCuts(transaction, index, false), at);
  const credits = lengthOf(inserted) >= LEAST ? find(transaction.doc, inserted, context) : [];
  for (const [client, clock, length, person, organisation] of credits) {
    index.add({ clients: [], ranges: [[client, clock, length, person, organisation]] });
  }
  // Only now is it known whose that is.
  if (deleted.length > 0) cuts.add(personId, readCuts(transaction, index, true), at);
  return credits;
}

function lengthOf(ranges: readonly IdRange[]): number {
  return ranges.reduce((sum, [, , length]) => sum + length, 0);
}

function find(doc: Y.Doc, inserted: readonly IdRange[], { cuts, personId, at, restored }: Context): CreditedRange[] {
  const credits: CreditedRange[] = [];
  for (const [client, clock, length] of inserted) {
    for (const parts of insertions(structsIn(doc, client, clock, length))) {
      const text = parts.map((part) => part.text).join('');
      if (text.length >= LEAST) credits.push(...creditsOf(parts, text, cuts.find(personId, text, at)));
    }
  }
  return withoutRanges(credits, restored);
}

/** New text of one client id by the places where it stands together. */
function insertions(structs: readonly (Y.Item | Y.GC)[]): Part[][] {
  const found: Part[][] = [];
  let last: Y.Item | null = null;
  for (const item of structs) {
    if (!(item instanceof Y.Item) || !(item.content instanceof Y.ContentString)) continue;
    const part = { ...item.id, text: item.content.str };
    const before = found.at(-1);
    if (before && last && standsBehind(item, last)) before.push(part);
    else found.push([part]);
    last = item;
  }
  return found;
}

function standsBehind(item: Y.Item, last: Y.Item): boolean {
  let passed = 0;
  for (let at = item.left; at !== null && passed <= MAX_PASSED; at = at.left, passed++) {
    if (at === last) return true;
    if (!at.deleted && at.countable) return false;
  }
  return false;
}

type Whose = { person: string | null; organisation: string | null };

/** Whose the units of an insertion are, as far as they are old. */
function creditsOf(parts: readonly Part[], text: string, equals: readonly Equal<Piece>[]): CreditedRange[] {
  if (equals.length === 0) return [];
  const credits: CreditedRange[] = [];
  const credit = (start: number, end: number, { person, organisation }: Whose) => {
    let at = 0;
    for (const part of parts) {
      const from = Math.max(start, at) - at;
      const to = Math.min(end, at + part.text.length) - at;
      if (from < to) credits.push([part.client, part.clock + from, to - from, person, organisation, 'move']);
      at += part.text.length;
    }
  };
  let done = 0;
  let before: Whose | null = null;
  for (const equal of equals) {
    const whose = authorsOf(equal);
    // White space around it came with it.
    const beside = before ?? whose[0] ?? null;
    if (beside && isBlank(text.slice(done, equal.start))) credit(done, equal.start, beside);
    let at = equal.start;
    for (const run of whose) credit(at, (at += run.length), run);
    done = at;
    before = whose.at(-1) ?? before;
  }
  if (before && isBlank(text.slice(done))) credit(done, text.length, before);
  return credits;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** The authors of the part of a piece that is equal. */
function authorsOf({ piece, from, length }: Equal<Piece>): (Whose & { length: number })[] {
  const runs = piece.authors;
  // The run that begins last at, or before, the place.
  let i = firstWhere(runs, (run) => run.at > from) - 1;
  const whose: (Whose & { length: number })[] = [];
  for (let at = from; at < from + length; i++) {
    const run = runs[i];
    if (!run) break;
    const end = Math.min(from + length, run.at + run.length);
    whose.push({
      person: run.author?.person ?? null,
      organisation: run.author?.organisation ?? null,
      length: end - at,
    });
    at = end;
  }
  return whose;
}
