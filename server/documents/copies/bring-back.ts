import * as Y from 'yjs';
import type { AuthorIndex } from '#domain/authorship.ts';
import { isRemoved, type ItemMap } from '#domain/plan/read.ts';
import { DEFAULTS } from '#domain/plan/schema.ts';
import { PLAN_SHAPE, shapeUnder, type Shape } from '#domain/plan/shape.ts';
import type { Copier } from './copier.ts';
import { stepsBack } from './steps-back.ts';
import { readRuns } from './text-runs.ts';

// Brings a document, or a part of it, back to how it was (SPEC.md, B1 to B4). `past` is a state of the same document at
// an earlier moment: it has the very ids, so that what is still there is known and what comes back is credited exactly.

/** Entries of `meta` that say what the document is; they are never older than what the server writes. */
const NEVER_OLDER = new Set(['schema']);

/**
 * @param copier of the document, with the past state as its source
 * @param path what is brought back: keys from a root to an item, a text or a field; empty: the whole plan
 * @throws when the past state has nothing there, or the document nothing that holds it
 */
export function bringBack(copier: Copier, index: AuthorIndex, path: readonly string[]): void {
  const bringing = new BringingBack(copier, index);
  const [root, ...keys] = path;
  if (root === undefined) {
    for (const [name, shape] of Object.entries(PLAN_SHAPE)) bringing.bringBackRoot(name, shape);
  } else bringing.bringBackAt(root, keys);
}

class BringingBack {
  readonly #copier: Copier;
  readonly #index: AuthorIndex;

  constructor(copier: Copier, index: AuthorIndex) {
    this.#copier = copier;
    this.#index = index;
  }

  bringBackRoot(root: string, shape: Shape): void {
    const { doc, source } = this.#copier;
    this.#bringBackMap(source.getMap(root), doc.getMap(root), shape);
  }

  bringBackAt(root: string, keys: readonly string[]): void {
    const { doc, source } = this.#copier;
    let shape = Object.hasOwn(PLAN_SHAPE, root) ? (PLAN_SHAPE[root] ?? null) : null;
    if (!shape) throw nothingAt(root, keys);
    if (keys.length === 0) return this.bringBackRoot(root, shape);
    let past: unknown = source.getMap(root);
    let now: unknown = doc.getMap(root);
    for (const [i, key] of keys.entries()) {
      if (!shape || !shapeUnder(shape, key) || !(past instanceof Y.Map) || !(now instanceof Y.Map) || !past.has(key)) {
        throw nothingAt(root, keys);
      }
      if (i === keys.length - 1) return this.#bringBackEntry(past, now, key, shape);
      [past, now, shape] = [past.get(key), now.get(key), shapeUnder(shape, key)];
    }
  }

  #bringBackMap(past: ItemMap, now: ItemMap, shape: Shape): void {
    const keys = shape.kind === 'item' ? Object.keys(shape.fields) : new Set([...past.keys(), ...now.keys()]);
    for (const key of keys) if (!NEVER_OLDER.has(key)) this.#bringBackEntry(past, now, key, shape);
  }

  /** @param around the shape of the map that has the entry */
  #bringBackEntry(past: ItemMap, now: ItemMap, key: string, around: Shape): void {
    const was = past.get(key);
    const is = now.get(key);
    const shape = shapeUnder(around, key);
    switch (shape?.kind) {
      case 'value':
        if (key === 'removed') setRemoved(now, was === true);
        else if (around.kind === 'entries' && was === undefined) now.delete(key);
        else this.#bringBackValue(past, now, key);
        return;
      case 'text':
        if (was instanceof Y.Text) this.#bringBackText(was, is instanceof Y.Text ? is : added(now, key, new Y.Text()));
        return;
      case 'entries':
        if (was instanceof Y.Map)
          this.#bringBackMap(was, is instanceof Y.Map ? is : added(now, key, new Y.Map()), shape);
        return;
      case 'item':
        this.#bringBackItem(past, now, key, shape);
    }
  }

  /** An item goes and comes by its flag: its map stays (decision 0014). */
  #bringBackItem(past: ItemMap, now: ItemMap, key: string, shape: Shape): void {
    const was = past.get(key);
    const is = now.get(key);
    if (!(was instanceof Y.Map) || isRemoved(was)) {
      if (is instanceof Y.Map) setRemoved(is, true);
    } else if (is instanceof Y.Map) this.#bringBackMap(was, is, shape);
    else this.#copier.copyItemAs(key, was, now as Y.Map<ItemMap>);
  }

  #bringBackValue(past: ItemMap, now: ItemMap, key: string): void {
    const was = past.get(key) ?? null;
    const is = now.get(key) ?? null;
    if (was === is) return;
    if (was !== null) this.#copier.copyField(past, now, key);
    // Set and not deleted: undo gives up where a key was absent in between.
    else now.set(key, key in DEFAULTS ? DEFAULTS[key as keyof typeof DEFAULTS] : null);
  }

  #bringBackText(past: Y.Text, now: Y.Text): void {
    this.#copier.change(now, stepsBack(readRuns(past), readRuns(now), this.#index));
  }
}

function nothingAt(root: string, keys: readonly string[]): Error {
  return new Error(`There is nothing to bring back at ${[root, ...keys].join('/')}`);
}

/** Of whose doing it is nothing is kept (P5). */
function setRemoved(item: ItemMap, removed: boolean): void {
  if (isRemoved(item) !== removed) item.set('removed', removed);
}

function added<T extends Y.Text | ItemMap>(map: ItemMap, key: string, type: T): T {
  map.set(key, type);
  return type;
}
