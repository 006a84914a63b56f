import * as v from 'valibot';
import * as Y from 'yjs';
import { pathOf } from '#domain/path.ts';
import { PLAN_SHAPE, shapeUnder, type Shape } from '#domain/plan/shape.ts';
import { isLowSurrogate } from '#domain/surrogates.ts';

/** One change that brings a plan back to its shape. `path`: a root and the keys from there. */
export type Repair = { path: readonly string[] } & (
  | { to: 'nothing' }
  | { to: 'value'; value: string }
  /** An empty text or map in place of what is there, if anything. */
  | { to: 'text' | 'map' }
  /** The text without what goes beyond so many UTF-16 units. */
  | { to: 'length'; length: number }
);

/**
 * What has to be repaired in a plan after a transaction, or in all of it. The gate keeps hostile bytes away; this keeps
 * the plan to its schema: wrong values, keys nobody knows, a map where a text belongs, and texts of absurd length.
 */
export function findRepairs(doc: Y.Doc, transaction?: Y.Transaction): Repair[] {
  const repairs: Repair[] = [];
  if (transaction) {
    for (const [type, keys] of transaction.changed) checkChanged(type, keys, repairs);
  } else {
    for (const [name, shape] of Object.entries(PLAN_SHAPE)) check(doc.getMap(name), shape, [name], repairs);
  }
  return repairs;
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
    case 'length': {
      const text = holder.get(key);
      if (text instanceof Y.Text) text.delete(repair.length, text.length - repair.length);
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

function checkChanged(type: Changed, keys: ReadonlySet<string | null>, repairs: Repair[]): void {
  const path = pathOf(type);
  const shape = path && shapeAt(path);
  if (!shape) return;
  if (type instanceof Y.Text) check(type, shape, path, repairs);
  if (!(type instanceof Y.Map)) return;
  for (const key of keys) if (key !== null) checkKey(type, key, shape, path, repairs);
}

function check(value: unknown, shape: Shape, path: readonly string[], repairs: Repair[]): void {
  switch (shape.kind) {
    case 'value':
      if (v.is(shape.schema, value)) return;
      repairs.push(shape.fallback === null ? { path, to: 'nothing' } : { path, to: 'value', value: shape.fallback });
      return;
    case 'text':
      if (!(value instanceof Y.Text)) repairs.push({ path, to: 'text' });
      else if (value.length > shape.limit) repairs.push({ path, to: 'length', length: cut(value, shape.limit) });
      return;
    case 'entries':
      if (!(value instanceof Y.Map)) repairs.push({ path, to: 'map' });
      else for (const key of value.keys()) checkKey(value, key, shape, path, repairs);
      return;
    case 'item':
      if (!(value instanceof Y.Map)) repairs.push({ path, to: 'nothing' });
      else for (const key of keysOf(value, shape.fields)) checkKey(value, key, shape, path, repairs);
  }
}

/** The keys that are there, and those that have to be. */
function keysOf(map: Y.Map<unknown>, fields: Readonly<Record<string, Shape>>): Set<string> {
  return new Set([...Object.keys(fields), ...map.keys()]);
}

function checkKey(map: Y.Map<unknown>, key: string, shape: Shape, path: readonly string[], repairs: Repair[]): void {
  const there = map.has(key);
  const inner = shapeUnder(shape, key);
  const at = [...path, key];
  if (!inner) {
    if (there) repairs.push({ path: at, to: 'nothing' });
    return;
  }
  // An entry, or a value, may be missing; a text or a map of an item may not.
  const needed = shape.kind === 'item' && inner.kind !== 'value';
  if (there || needed) check(map.get(key), inner, at, repairs);
}

function shapeAt([root, ...keys]: readonly string[]): Shape | null {
  let shape = Object.hasOwn(PLAN_SHAPE, root ?? '') ? (PLAN_SHAPE[root ?? ''] ?? null) : null;
  for (const key of keys) shape = shape && shapeUnder(shape, key);
  return shape;
}

/** Where to cut a text so that no character is cut in two. */
function cut(text: Y.Text, limit: number): number {
  return isLowSurrogate(text.toString().charCodeAt(limit)) ? limit - 1 : limit;
}
