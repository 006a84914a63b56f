import * as Y from 'yjs';
import { isRemoved } from '#domain/plan/read.ts';
import { formatChange, type Attributes } from '#domain/rich-text.ts';

// When the server refuses what a person wrote, or is restored from a backup that lacks it, the words are still theirs.
// Here they are taken out of that document and written anew, as fresh edits, into one that the server knows.

/** Whether a document has ever seen an id, deleted or not. */
type Has = (id: Y.ID) => boolean;

/** Whose words are replayed: everything that `mine` did, or only what was written under these client ids. */
type By = ReadonlySet<number> | null;

type Replay = { known: Has; seen: Has; by: By };

/**
 * Does in `target` what `mine` has and `target` lacks: text inserted, deleted and formatted, values set, items added
 * and removed. What others did meanwhile stays. Everything is written under the target's own client id, in one
 * transaction.
 */
export function replayUnsent(mine: Y.Doc, target: Y.Doc, roots: readonly string[], origin?: unknown): void {
  replay(mine, target, roots, null, origin);
}

/**
 * Writes in `target` what stands in `mine` under these client ids and `target` lacks: text, values, items with what of
 * them was written so. Nothing is deleted, formatted, moved or removed, and nothing is written into items that are not
 * there.
 */
export function replayWritten(
  mine: Y.Doc,
  target: Y.Doc,
  roots: readonly string[],
  clients: ReadonlySet<number>,
  origin?: unknown,
): void {
  replay(mine, target, roots, clients, origin);
}

function replay(mine: Y.Doc, target: Y.Doc, roots: readonly string[], by: By, origin: unknown): void {
  const known = idsOf(target);
  const seen = idsOf(mine);
  target.transact(() => {
    for (const root of roots) replayMap(mine.getMap(root), target.getMap(root), { known, seen, by });
  }, origin);
}

/** Which ids a document has seen, as it is now: what is written on the way does not count. */
export function idsOf(doc: Y.Doc): Has {
  const clocks = Y.decodeStateVector(Y.encodeStateVector(doc));
  return (id) => id.clock < (clocks.get(id.client) ?? 0);
}

function replayMap(mine: Y.Map<unknown>, target: Y.Map<unknown>, how: Replay): void {
  const { known, seen, by } = how;
  for (const [key, item] of mine._map) {
    const current = target._map.get(key);
    if (item.deleted) {
      // Taken away here, if what stands there is what was here.
      if (!by && current && !current.deleted && seen(current.id)) target.delete(key);
    } else if (!known(item.id)) {
      if (!by) target.set(key, copyOf(item));
      else if (isWritten(key, item, by)) target.set(key, copyWritten(item, by));
    } else if (current && !current.deleted && sameId(current.id, item.id)) {
      replayInside(typeOf(item), typeOf(current), how);
    }
  }
}

function replayInside(mine: unknown, target: unknown, how: Replay): void {
  if (mine instanceof Y.Text && target instanceof Y.Text) replayText(mine, target, how);
  else if (mine instanceof Y.Map && target instanceof Y.Map && !(how.by && isRemoved(target as Y.Map<unknown>))) {
    replayMap(mine, target, how);
  }
}

/**
 * Whether the entry of a map that is there was written under one of these client ids, as a value or an item that
 * counts: where something stands among others and that it was removed does not.
 */
export function isWritten(key: string, item: Y.Item, by: ReadonlySet<number>): boolean {
  if (item.deleted || !by.has(item.id.client) || key === 'order' || key === 'removed') return false;
  const type = typeOf(item);
  return !(type instanceof Y.Map && isRemoved(type as Y.Map<unknown>));
}

function typeOf(item: Y.Item): unknown {
  return item.content instanceof Y.ContentType ? item.content.type : null;
}

function copyOf(item: Y.Item): unknown {
  const type = typeOf(item);
  return type instanceof Y.AbstractType ? type.clone() : item.content.getContent().at(-1);
}

/** An entry with what of it was written under these client ids. */
function copyWritten(item: Y.Item, by: ReadonlySet<number>): unknown {
  const type = typeOf(item);
  if (type instanceof Y.Text) {
    const delta: Part[] = [];
    for (const part of writtenParts(type, by)) push(delta, part);
    const text = new Y.Text();
    text.applyDelta(delta, { sanitize: false });
    return text;
  }
  if (!(type instanceof Y.Map)) return copyOf(item);
  const map = new Y.Map<unknown>();
  for (const [key, entry] of type._map) {
    // The place and the flag of a new item are its own; an item inside it that was removed stays away.
    const own = !entry.deleted && by.has(entry.id.client);
    const plain = key === 'order' || key === 'removed';
    if (own && (plain || isWritten(key, entry, by))) map.set(key, copyWritten(entry, by));
  }
  return map;
}

/** What of a text was written under these client ids, unit by unit, with its format. */
function* writtenParts(text: Y.Text, by: ReadonlySet<number>): Generator<Part> {
  const now: Record<string, unknown> = {};
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentFormat) now[item.content.key] = item.content.value;
    else if (item.content instanceof Y.ContentString && by.has(item.id.client)) {
      yield { insert: item.content.str, attributes: formatChange({}, now) };
    }
  }
}

type Part = { insert?: string; retain?: number; delete?: number; attributes?: Attributes };

function replayText(mine: Y.Text, target: Y.Text, { known, seen, by }: Replay): void {
  const standing = new Set<string>();
  for (let item = target._start; item !== null; item = item.right) if (!item.deleted) standing.add(key(item.id));

  /** My text that the target lacks, by the last id before it that the target knows, deleted or not. */
  const insertions = new Map<string | null, Part[]>();
  /** What I did to the format of each unit that we both have. */
  const formats = new Map<string, Attributes>();
  let left: string | null = null;
  const before: Record<string, unknown> = {};
  const now: Record<string, unknown> = {};
  for (let item = mine._start; item !== null; item = item.right) {
    if (item.content instanceof Y.ContentFormat) {
      const { key: name, value } = item.content;
      if (!item.deleted) now[name] = value;
      if (known(item.id) && (!item.deleted || standing.has(key(item.id)))) before[name] = value;
    }
    const text = !item.deleted && item.content instanceof Y.ContentString ? item.content.str : null;
    for (let offset = 0; offset < item.length; offset++) {
      const id = Y.createID(item.id.client, item.id.clock + offset);
      if (known(id)) {
        left = key(id);
        if (text !== null && !by) formats.set(left, formatChange(before, now));
      } else if (text !== null && (!by || by.has(id.client))) {
        const parts = insertions.get(left) ?? [];
        insertions.set(left, parts);
        push(parts, { insert: text[offset] ?? '', attributes: formatChange({}, now) });
      }
    }
  }

  const delta: Part[] = [];
  for (const part of insertions.get(null) ?? []) push(delta, part);
  for (let item = target._start; item !== null; item = item.right) {
    const there = item.countable && !item.deleted;
    for (let offset = 0; offset < item.length; offset++) {
      const id = Y.createID(item.id.client, item.id.clock + offset);
      const format = formats.get(key(id));
      if (there && !by && !format && seen(id)) push(delta, { delete: 1 });
      else if (there) push(delta, { retain: 1, attributes: format ?? {} });
      for (const part of insertions.get(key(id)) ?? []) push(delta, part);
    }
  }
  const changes = delta.some((part) => part.retain === undefined || Object.keys(part.attributes ?? {}).length > 0);
  if (changes) target.applyDelta(delta, { sanitize: false });
}

/** Adds a part to a delta, joined to the one before where they are of one kind. */
function push(delta: Part[], part: Part): void {
  const last = delta.at(-1);
  if (last && JSON.stringify(last.attributes) === JSON.stringify(part.attributes)) {
    if (last.insert !== undefined && part.insert !== undefined) return void (last.insert += part.insert);
    if (last.retain !== undefined && part.retain !== undefined) return void (last.retain += part.retain);
    if (last.delete !== undefined && part.delete !== undefined) return void (last.delete += part.delete);
  }
  delta.push({ ...part });
}

const key = (id: Y.ID) => `${id.client}:${id.clock}`;
const sameId = (a: Y.ID, b: Y.ID) => a.client === b.client && a.clock === b.clock;
