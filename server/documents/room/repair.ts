import * as v from 'valibot';
import * as Y from 'yjs';
import { pathOf } from '#domain/path.ts';
import { PLAN_SHAPE, shapeAt, shapeUnder, type Shape } from '#domain/plan/shape.ts';
import { splitsCharacter } from '#domain/surrogates.ts';
import { isNewIn } from '../ids/structs.ts';

/** One change that brings a plan back to its shape. `path`: a root and the keys from there. */
export type Repair = { path: readonly string[] } & (
  | { to: 'nothing' }
  | { to: 'value'; value: string }
  /** An empty text or map in place of what is there, if anything. */
  | { to: 'text' | 'map' }
  /** The text without these, the last one first. */
  | { to: 'less'; stretches: readonly Stretch[] }
);

/** Some of a text, in UTF-16 units. */
type Stretch = { index: number; length: number };

/**
 * What has to be repaired in a plan after a transaction, or in all of it. The gate keeps hostile bytes away; this keeps
 * the plan to its schema: wrong values, keys nobody knows, a map where a text belongs, and texts of absurd length.
 */
export function findRepairs(doc: Y.Doc, transaction?: Y.Transaction): Repair[] {
  const finder = new Finder(transaction);
  if (transaction) for (const [type, keys] of transaction.changed) finder.checkChanged(type, keys);
  else for (const [name, shape] of Object.entries(PLAN_SHAPE)) finder.check(doc.getMap(name), shape, [name]);
  return finder.repairs;
}

/** Makes the repairs in one transaction, under the document's own client id, which belongs to the server. */
export function applyRepairs(doc: Y.Doc, repairs: readonly Repair[], origin?: unknown): void {
  if (repairs.length === 0) return;
  doc.transact(() => {
    for (const repair of repairs) apply(doc, repair);
  }, origin);
}

function apply(doc: Y.Doc, repair: Repair): void {
  const key = repair.path.at(-1);
  const holder = mapAt(doc, repair.path.slice(0, -1));
  if (!holder || key === undefined) return;
  switch (repair.to) {
    case 'nothing':
      holder.delete(key);
      return;
    case 'value':
      holder.set(key, repair.value);
      return;
    case 'text':
      holder.set(key, new Y.Text());
      return;
    case 'map':
      holder.set(key, new Y.Map());
      return;
    case 'less': {
      const text = holder.get(key);
      if (text instanceof Y.Text) for (const { index, length } of repair.stretches) text.delete(index, length);
    }
  }
}

function mapAt(doc: Y.Doc, [root, ...keys]: readonly string[]): Y.Map<unknown> | null {
  if (root === undefined) return null;
  let map = doc.getMap<unknown>(root);
  for (const key of keys) {
    const value = map.get(key);
    if (!(value instanceof Y.Map)) return null;
    map = value;
  }
  return map;
}

type Changed = Y.Transaction['changed'] extends Map<infer T, unknown> ? T : never;

class Finder {
  readonly repairs: Repair[] = [];
  readonly #transaction: Y.Transaction | undefined;

  constructor(transaction: Y.Transaction | undefined) {
    this.#transaction = transaction;
  }

  checkChanged(type: Changed, keys: ReadonlySet<string | null>): void {
    const path = pathOf(type);
    const shape = path && shapeAt(path);
    if (!shape) return;
    if (type instanceof Y.Text) this.check(type, shape, path);
    if (!(type instanceof Y.Map)) return;
    for (const key of keys) if (key !== null) this.#checkKey(type, key, shape, path);
  }

  check(value: unknown, shape: Shape, path: readonly string[]): void {
    const { repairs } = this;
    switch (shape.kind) {
      case 'value':
        if (v.is(shape.schema, value)) return;
        repairs.push(shape.fallback === null ? { path, to: 'nothing' } : { path, to: 'value', value: shape.fallback });
        return;
      case 'text':
        if (!(value instanceof Y.Text)) repairs.push({ path, to: 'text' });
        else if (value.length > shape.limit) this.#shorten(value, shape.limit, path);
        return;
      case 'entries':
        if (!(value instanceof Y.Map)) repairs.push({ path, to: 'map' });
        else for (const key of value.keys()) this.#checkKey(value, key, shape, path);
        return;
      case 'item':
        if (!(value instanceof Y.Map)) repairs.push({ path, to: 'nothing' });
        else for (const key of keysOf(value, shape.fields)) this.#checkKey(value, key, shape, path);
    }
  }

  #checkKey(map: Y.Map<unknown>, key: string, shape: Shape, path: readonly string[]): void {
    const there = map.has(key);
    const inner = shapeUnder(shape, key);
    const at = [...path, key];
    if (!inner) {
      if (there) this.repairs.push({ path: at, to: 'nothing' });
      return;
    }
    // An entry, or a value, may be missing; a text or a map of an item may not.
    const needed = shape.kind === 'item' && inner.kind !== 'value';
    if (there || needed) this.check(map.get(key), inner, at);
  }

  /** Takes away the end of what the transaction brought, and nothing that was there before: others wrote it. */
  #shorten(text: Y.Text, limit: number, path: readonly string[]): void {
    const words = text.toString();
    const stretches: Stretch[] = [];
    let surplus = text.length - limit;
    for (const { index, length } of this.#newIn(text).reverse()) {
      if (surplus <= 0) break;
      let from = index + Math.max(0, length - surplus);
      if (from > index && splitsCharacter(words, from)) from--;
      stretches.push({ index: from, length: index + length - from });
      surplus -= index + length - from;
    }
    if (stretches.length > 0) this.repairs.push({ path, to: 'less', stretches });
  }

  #newIn(text: Y.Text): Stretch[] {
    const found: Stretch[] = [];
    let index = 0;
    for (let item = text._start; item !== null; item = item.right) {
      if (item.deleted || !item.countable) continue;
      const { length } = item;
      if (!this.#transaction || isNewIn(this.#transaction, item)) found.push({ index, length });
      index += length;
    }
    return found;
  }
}

/** The keys that are there, and those that have to be. */
function keysOf(map: Y.Map<unknown>, fields: Readonly<Record<string, Shape>>): Set<string> {
  return new Set([...Object.keys(fields), ...map.keys()]);
}
