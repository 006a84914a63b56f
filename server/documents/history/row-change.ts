import * as Y from 'yjs';
import type { PlainValue } from '#domain/history.ts';
import { shapeAt } from '#domain/plan/shape.ts';
import type { Attribution } from '../attribution/attribution.ts';
import { SortedRanges } from '../ids/ranges.ts';
import { isNewIn, structsIn } from '../ids/structs.ts';
import type { IdRange } from '../ledger/ledger.ts';
import type { TextRun } from './id-text.ts';

/** Whether an item is there for people: removed ones keep their map. What is no map is no item. */
export type ItemPresence = 'absent' | 'removed' | 'present';

/** What one row changed, each at its path from the root. */
export type RowChange = {
  texts: { path: string[]; text: Y.Text; kind: 'added' | 'deleted' | 'restored' | 'formatted'; run: TextRun }[];
  values: Difference<PlainValue>[];
  /** Of entries: goals, actions, funding lines, indicators. */
  presences: Difference<ItemPresence>[];
};

type Difference<V> = { path: string[]; before: V; after: V };

/** Reads what a transaction changed. To be called before Yjs collects what it deleted. */
export function readRowChange(
  transaction: Y.Transaction,
  { inserted, deleted }: Attribution,
  old: readonly IdRange[],
): RowChange {
  const change: RowChange = { texts: [], values: [], presences: [] };
  const keys = new Map<Y.AbstractType<unknown>, Set<string>>();
  const restored = new SortedRanges(old);
  const visit = (item: Y.Item | Y.GC, isNew: boolean) => {
    if (!(item instanceof Y.Item) || !(item.parent instanceof Y.AbstractType)) return;
    const parent = item.parent as Y.AbstractType<unknown>;
    if (item.parentSub !== null) {
      const seen = keys.get(parent);
      if (seen) seen.add(item.parentSub);
      else keys.set(parent, new Set([item.parentSub]));
    } else if (parent instanceof Y.Text) {
      readText(parent, item, isNew);
    }
  };
  const readText = (text: Y.Text, item: Y.Item, isNew: boolean) => {
    const path = lastPathOf(text);
    const { client, clock } = item.id;
    const run = { client, clock, text: item.content instanceof Y.ContentString ? item.content.str : '' };
    if (item.content instanceof Y.ContentFormat) change.texts.push({ path, text, kind: 'formatted', run });
    else if (run.text === '') return;
    else if (!isNew) change.texts.push({ path, text, kind: 'deleted', run });
    else for (const part of byAge(run, restored)) change.texts.push({ path, text, ...part });
  };
  for (const [client, clock, length] of inserted) {
    // What came and went within the row was never there.
    for (const struct of structsIn(transaction.doc, client, clock, length)) if (!struct.deleted) visit(struct, true);
  }
  for (const [client, clock, length] of deleted) {
    for (const struct of structsIn(transaction.doc, client, clock, length)) {
      if (!isNewIn(transaction, struct)) visit(struct, false);
    }
  }
  for (const [map, changed] of keys) {
    const path = lastPathOf(map);
    for (const key of changed) readKey(transaction, map, [...path, key], change);
  }
  return { ...change, values: onePerPath(change.values, null), presences: onePerPath(change.presences, 'absent') };
}

/**
 * An item that was deleted and is a new one now, all in one row, stands twice under its path: as it was and as it is.
 */
function onePerPath<V>(changes: readonly Difference<V>[], nothing: V): Difference<V>[] {
  const byPath = new Map<string, Difference<V>>();
  for (const { path, before, after } of changes) {
    const key = path.join('/');
    const other = byPath.get(key) ?? { path, before: nothing, after: nothing };
    byPath.set(key, {
      path,
      before: before === nothing ? other.before : before,
      after: after === nothing ? other.after : after,
    });
  }
  return [...byPath.values()];
}

function readKey(transaction: Y.Transaction, map: Y.AbstractType<unknown>, path: string[], change: RowChange): void {
  const key = path.at(-1) ?? '';
  const item = map._map.get(key);
  const after = item && !item.deleted ? item : null;
  const before = itemBefore(transaction, item);
  const entry = map._item;
  if (isItemAt(path)) {
    change.presences.push({
      path,
      before: presenceOf(transaction, before, 'before'),
      after: presenceOf(transaction, after, 'after'),
    });
  } else if (key === 'removed' && entry && isItemAt(path.slice(0, -1))) {
    if (isNewIn(transaction, entry)) return;
    change.presences.push({
      path: path.slice(0, -1),
      before: presenceOf(transaction, entry, 'before'),
      after: presenceOf(transaction, entry.deleted ? null : entry, 'after'),
    });
  } else if ([before, after].some((one) => one?.content instanceof Y.ContentAny)) {
    // Where a text or a map stands instead, there is no value.
    change.values.push({ path, before: valueOf(before), after: valueOf(after) });
  }
}

/** Whether an item belongs there, whatever an update put there that has not been repaired yet. */
function isItemAt(path: readonly string[]): boolean {
  return path.length > 1 && shapeAt(path)?.kind === 'item';
}

/** What stood in the place of an entry of a map before the transaction. */
function itemBefore(transaction: Y.Transaction, item: Y.Item | undefined): Y.Item | null {
  let at = item ?? null;
  while (at && isNewIn(transaction, at)) at = at.left;
  return at && (!at.deleted || Y.isDeleted(transaction.deleteSet, at.id)) ? at : null;
}

function presenceOf(transaction: Y.Transaction, entry: Y.Item | null, when: 'before' | 'after'): ItemPresence {
  const map = entry?.content instanceof Y.ContentType ? entry.content.type : null;
  if (!(map instanceof Y.Map)) return 'absent';
  const item = map._map.get('removed');
  const flag = when === 'before' ? itemBefore(transaction, item) : item && !item.deleted ? item : null;
  return valueOf(flag) === true ? 'removed' : 'present';
}

function valueOf(item: Y.Item | null): PlainValue {
  const value: unknown = item?.content instanceof Y.ContentAny ? item.content.arr.at(-1) : null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** New text, and what of it is old: it came back, or was carried here. */
function byAge(run: TextRun, old: SortedRanges): { kind: 'added' | 'restored'; run: TextRun }[] {
  const end = run.clock + run.text.length;
  const parts: { kind: 'added' | 'restored'; run: TextRun }[] = [];
  let at = run.clock;
  const put = (kind: 'added' | 'restored', to: number) => {
    if (to <= at) return;
    parts.push({ kind, run: { ...run, clock: at, text: run.text.slice(at - run.clock, to - run.clock) } });
    at = to;
  };
  for (const [, clock, length] of old.within(run.client, run.clock, run.text.length)) {
    put('added', clock);
    put('restored', clock + length);
  }
  put('added', end);
  return parts;
}

/** Keys from the root, also of what was deleted just now. */
function lastPathOf<E>(type: Y.AbstractType<E>): string[] {
  const path: string[] = [];
  let at = type as Y.AbstractType<unknown>;
  while (at._item) {
    path.unshift(at._item.parentSub ?? '');
    if (!(at._item.parent instanceof Y.AbstractType)) return path;
    at = at._item.parent;
  }
  path.unshift(Y.findRootTypeKey(at));
  return path;
}
