import * as Y from 'yjs';

// When the server refuses what a person wrote, the words are still theirs. Here they are taken out of the refused
// document and written anew, as fresh edits, into one that the server knows.

/** Whether a document has ever seen an id, deleted or not. */
type Has = (id: Y.ID) => boolean;

/**
 * Does in `target` what `mine` has and `target` lacks: text inserted, deleted and formatted, values set, items added and
 * removed. What others did meanwhile stays. Everything is written under the target's own client id, in one transaction.
 */
export function replayUnsent(mine: Y.Doc, target: Y.Doc, roots: readonly string[], origin?: unknown): void {
  const known = idsOf(target);
  const seen = idsOf(mine);
  target.transact(() => {
    for (const root of roots) replayMap(mine.getMap(root), target.getMap(root), known, seen);
  }, origin);
}

function idsOf(doc: Y.Doc): Has {
  // As it is now: what is written on the way does not count as known.
  const clocks = Y.decodeStateVector(Y.encodeStateVector(doc));
  return (id) => id.clock < (clocks.get(id.client) ?? 0);
}

function replayMap(mine: Y.Map<unknown>, target: Y.Map<unknown>, known: Has, seen: Has): void {
  for (const [key, item] of mine._map) {
    const current = target._map.get(key);
    if (item.deleted) {
      // Taken away here, if what stands there is what was here.
      if (current && !current.deleted && seen(current.id)) target.delete(key);
    } else if (!known(item.id)) {
      target.set(key, copyOf(item));
    } else if (current && !current.deleted && sameId(current.id, item.id)) {
      replayInside(typeOf(item), typeOf(current), known, seen);
    }
  }
}

function replayInside(mine: unknown, target: unknown, known: Has, seen: Has): void {
  if (mine instanceof Y.Text && target instanceof Y.Text) replayText(mine, target, known, seen);
  else if (mine instanceof Y.Map && target instanceof Y.Map) replayMap(mine, target, known, seen);
}

function typeOf(item: Y.Item): unknown {
  return item.content instanceof Y.ContentType ? item.content.type : null;
}

function copyOf(item: Y.Item): unknown {
  const type = typeOf(item);
  return type instanceof Y.AbstractType ? type.clone() : item.content.getContent().at(-1);
}

type Attributes = Record<string, unknown>;
type Part = { insert?: string; retain?: number; delete?: number; attributes?: Attributes };

function replayText(mine: Y.Text, target: Y.Text, known: Has, seen: Has): void {
  const standing = new Set<string>();
  for (let item = target._start; item !== null; item = item.right) if (!item.deleted) standing.add(key(item.id));

  /** My text that the target lacks, by the last id before it that the target knows, deleted or not. */
  const insertions = new Map<string | null, Part[]>();
  /** What I did to the format of each unit that we both have. */
  const formats = new Map<string, Attributes>();
  let left: string | null = null;
  const before: Attributes = {};
  const now: Attributes = {};
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
        if (text !== null) formats.set(left, difference(before, now));
      } else if (text !== null) {
        const parts = insertions.get(left) ?? [];
        insertions.set(left, parts);
        push(parts, { insert: text[offset] ?? '', attributes: difference({}, now) });
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
      if (there && !format && seen(id)) push(delta, { delete: 1 });
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

/** The attributes that make `before` into `now`; null takes one away. */
function difference(before: Attributes, now: Attributes): Attributes {
  const changed: Attributes = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const value = now[name] ?? null;
    if (JSON.stringify(before[name] ?? null) !== JSON.stringify(value)) changed[name] = value;
  }
  return changed;
}

const key = (id: Y.ID) => `${id.client}:${id.clock}`;
const sameId = (a: Y.ID, b: Y.ID) => a.client === b.client && a.clock === b.clock;
