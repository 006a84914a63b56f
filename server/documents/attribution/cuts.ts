import * as Y from 'yjs';
import { sameAuthor, type Author, type AuthorIndex } from '#domain/authorship.ts';
import { deletedStructs, isNewIn } from '../ids/structs.ts';
import type { IdRange } from '../ledger/ledger.ts';

/** Authors of consecutive UTF-16 units, from the unit `at` on; null: nobody. */
export type AuthoredUnits = { at: number; length: number; author: Author | null };

/** Text that was deleted in one go, in reading order, and who wrote it. */
export type Cut = {
  text: string;
  authors: AuthoredUnits[];
  /** The ids at its ends. */
  first: Y.ID;
  last: Y.ID;
  /** Ids close by that had been deleted before, on either side. */
  before: IdRange[];
  behind: IdRange[];
};

/** So many deleted things in a row are passed over to find what was deleted together. */
const MAX_PASSED = 1000;
/** So many of them are told as neighbours. */
const MAX_NEIGHBOURS = 4;
/** Things of one text that are looked at to tell in which order its deleted pieces stood. */
const MAX_ORDERED = 50_000;

/**
 * Reads the text that a transaction deleted, each text's together: in between may stand what others wrote meanwhile. To
 * be called before Yjs collects it.
 * @param fresh whether to read what the same transaction inserted, or what it found
 */
export function readCuts(transaction: Y.Transaction, index: AuthorIndex, fresh: boolean): Cut[] {
  const wanted = (item: Y.Item) => isJustDeleted(item) && isNewIn(transaction, item) === fresh;
  const byText = new Map<Y.Text, Y.Item[][]>();
  const taken = new Set<Y.Item>();
  for (const item of deletedStructs(transaction)) {
    if (!(item instanceof Y.Item) || !wanted(item) || taken.has(item) || !(item.parent instanceof Y.Text)) continue;
    const pieces = byText.get(item.parent) ?? [];
    byText.set(item.parent, pieces);
    const piece = around(item, wanted);
    for (const each of piece) taken.add(each);
    pieces.push(piece);
  }
  return [...byText].flatMap(([text, pieces]) => inOrder(text, pieces).map((items) => cutOf(items, index)));
}

/** Deleted text is there only until the end of its transaction. */
function isJustDeleted(item: Y.Item): boolean {
  return item.deleted && item.content instanceof Y.ContentString;
}

function isInTheWay(item: Y.Item): boolean {
  return !item.deleted && item.countable;
}

/** An item and what was deleted with it directly before and behind it, in reading order. */
function around(item: Y.Item, wanted: (item: Y.Item) => boolean): Y.Item[] {
  const walk = (next: (item: Y.Item) => Y.Item | null) => {
    const found: Y.Item[] = [];
    let passed = 0;
    for (let at = next(item); at !== null && !isInTheWay(at) && passed <= MAX_PASSED; at = next(at)) {
      if (wanted(at)) {
        found.push(at);
        passed = 0;
      } else passed++;
    }
    return found;
  };
  return [...walk((at) => at.left).toReversed(), item, ...walk((at) => at.right)];
}

/** The pieces of a text as one, where their order can be told at a fair price. */
function inOrder(text: Y.Text, pieces: Y.Item[][]): Y.Item[][] {
  if (pieces.length < 2) return pieces;
  const byFirst = new Map(pieces.map((piece) => [piece[0], piece]));
  const ordered: Y.Item[][] = [];
  let looked = 0;
  for (let item = text._start; item !== null && ordered.length < pieces.length; item = item.right) {
    if (++looked > MAX_ORDERED) return pieces;
    const piece = byFirst.get(item);
    if (piece) ordered.push(piece);
  }
  return [ordered.flat()];
}

function cutOf(items: readonly Y.Item[], index: AuthorIndex): Cut {
  const [first] = items;
  const last = items.at(-1);
  if (!first || !last) throw new Error('Nothing was cut');
  let text = '';
  const authors: AuthoredUnits[] = [];
  for (const { id, content } of items) {
    if (!(content instanceof Y.ContentString)) continue;
    let at = text.length;
    text += content.str;
    for (const { length, author } of index.runs(id.client, id.clock, content.str.length)) {
      addAuthors(authors, { at, length, author });
      at += length;
    }
  }
  return {
    text,
    authors,
    first: first.id,
    last: last.lastId,
    before: neighbours(first, (item) => item.left),
    behind: neighbours(last, (item) => item.right),
  };
}

export function addAuthors(runs: AuthoredUnits[], run: AuthoredUnits): void {
  const last = runs.at(-1);
  if (last && sameAuthor(last.author, run.author)) last.length += run.length;
  else runs.push(run);
}

function neighbours(item: Y.Item, next: (item: Y.Item) => Y.Item | null): IdRange[] {
  const found: IdRange[] = [];
  for (let at = next(item); at !== null && !isInTheWay(at) && found.length < MAX_NEIGHBOURS; at = next(at)) {
    if (at.deleted) found.push([at.id.client, at.id.clock, at.length]);
  }
  return found;
}
