import type { Node } from 'prosemirror-model';
import type { StepMap } from 'prosemirror-transform';
import type { Attributes } from '#domain/rich-text.ts';
import { splitsCharacter } from '#domain/surrogates.ts';
import { markAttributes, offsetAt } from './flat-text.ts';
import { blockAttributes } from './schema.ts';

// A step of ProseMirror becomes the smallest exact change of the flat text (SPEC.md, rules W1 to W10).
// Characters outside a step's replaced ranges are the same characters as before and are never deleted and inserted
// again: they keep their ids, and with them their authors.

export type DeltaOp =
  { retain: number; attributes?: Attributes } | { insert: string; attributes: Attributes } | { delete: number };

/** Attributes that may differ on a character, respectively on a "\n". */
const MARKS = ['bold', 'italic', 'link'] as const;
const BLOCK = ['block', 'indent'] as const;

/** Flat text of some blocks, every block with its "\n"; `attributes` of each UTF-16 unit. */
type Flat = { text: string; attributes: Attributes[] };

/** A range of the old text that gives way to a range of the new one. */
type Replaced = { from: number; to: number; newFrom: number; newTo: number };

/** The delta that turns the flat text of `before` into that of `after`, given the step's own map. */
export function stepToDelta(before: Node, after: Node, map: StepMap): DeltaOp[] {
  const window = changedBlocks(before, after, map);
  if (!window) return [];
  const old = flatten(before, window.from, window.to);
  const fresh = flatten(after, window.from, window.newTo);
  const builder = new DeltaBuilder();
  builder.retain(window.offset);
  let at = 0;
  let newAt = 0;
  for (const range of replacedRanges(before, after, map, window.offset, old, fresh)) {
    keep(builder, old, fresh, at, range.from, newAt);
    const next = old.text[range.to] === '\n' && fresh.text[range.newTo] === '\n';
    if (range.from === range.to && next && insertAroundBreak(builder, old, fresh, range)) {
      at = range.to + 1;
      newAt = range.newTo + 1;
    } else {
      insert(builder, fresh, range.newFrom, range.newTo);
      builder.delete(range.to - range.from);
      at = range.to;
      newAt = range.newTo;
    }
  }
  keep(builder, old, fresh, at, old.text.length, newAt);
  return builder.ops;
}

/** Blocks that a step touched: equal nodes on both sides of them are left alone. */
function changedBlocks(before: Node, after: Node, map: StepMap) {
  let from = 0;
  const common = Math.min(before.childCount, after.childCount);
  while (from < common && before.child(from) === after.child(from)) from++;
  let tail = 0;
  while (
    tail < common - from &&
    before.child(before.childCount - 1 - tail) === after.child(after.childCount - 1 - tail)
  ) {
    tail++;
  }
  // A replaced range may hold the very same nodes (a pasted copy of the block): the range decides then.
  map.forEach((start, end, newStart, newEnd) => {
    from = Math.min(from, before.resolve(start).index(0), after.resolve(newStart).index(0));
    tail = Math.min(tail, blocksBehind(before, end), blocksBehind(after, newEnd));
  });
  const to = before.childCount - tail;
  const newTo = after.childCount - tail;
  if (from === to && from === newTo) return null;
  let offset = 0;
  for (let index = 0; index < from; index++) offset += before.child(index).content.size + 1;
  return { from, to, newTo, offset };
}

function blocksBehind(doc: Node, position: number): number {
  const $position = doc.resolve(position);
  return doc.childCount - $position.index(0) - ($position.depth > 0 ? 1 : 0);
}

function flatten(doc: Node, from: number, to: number): Flat {
  let text = '';
  const attributes: Attributes[] = [];
  for (let index = from; index < to; index++) {
    const block = doc.child(index);
    block.forEach((node) => {
      // A line break inside a block would be another block: it is written as a space.
      const words = (node.text ?? '').replaceAll('\n', ' ');
      const marks = markAttributes(node.marks);
      text += words;
      for (let unit = 0; unit < words.length; unit++) attributes.push(marks);
    });
    text += '\n';
    attributes.push(blockAttributes(block));
  }
  return { text, attributes };
}

/**
 * The step's replaced ranges as offsets in the window, trimmed to what really differs, never through a surrogate pair.
 */
function replacedRanges(before: Node, after: Node, map: StepMap, offset: number, old: Flat, fresh: Flat): Replaced[] {
  const ranges: Replaced[] = [];
  map.forEach((start, end, newStart, newEnd) => {
    const range = {
      from: offsetAt(before, start) - offset,
      to: offsetAt(before, end) - offset,
      newFrom: offsetAt(after, newStart) - offset,
      newTo: offsetAt(after, newEnd) - offset,
    };
    if (splitsCharacter(old.text, range.from) || splitsCharacter(fresh.text, range.newFrom)) {
      range.from--;
      range.newFrom--;
    }
    if (splitsCharacter(old.text, range.to) || splitsCharacter(fresh.text, range.newTo)) {
      range.to++;
      range.newTo++;
    }
    const last = ranges.at(-1);
    if (last && last.to >= range.from) {
      last.to = range.to;
      last.newTo = range.newTo;
    } else {
      ranges.push(range);
    }
  });
  for (const range of ranges) trim(range, old.text, fresh.text);
  return aligned(ranges, old.text, fresh.text) ? ranges : [wholeWindow(old.text, fresh.text)];
}

function trim(range: Replaced, old: string, fresh: string): void {
  while (range.from < range.to && range.newFrom < range.newTo) {
    const size = pointSize(old, range.from);
    if (old.slice(range.from, range.from + size) !== fresh.slice(range.newFrom, range.newFrom + size)) break;
    if (range.from + size > range.to || range.newFrom + size > range.newTo) break;
    range.from += size;
    range.newFrom += size;
  }
  while (range.from < range.to && range.newFrom < range.newTo) {
    const size = splitsCharacter(old, range.to - 1) ? 2 : 1;
    if (old.slice(range.to - size, range.to) !== fresh.slice(range.newTo - size, range.newTo)) break;
    if (range.to - size < range.from || range.newTo - size < range.newFrom) break;
    range.to -= size;
    range.newTo -= size;
  }
}

/** Whether the characters between the ranges are the same on both sides, as a step map promises. */
function aligned(ranges: Replaced[], old: string, fresh: string): boolean {
  let at = 0;
  let newAt = 0;
  for (const range of [...ranges, { from: old.length, to: old.length, newFrom: fresh.length, newTo: fresh.length }]) {
    if (old.slice(at, range.from) !== fresh.slice(newAt, range.newFrom)) return false;
    at = range.to;
    newAt = range.newTo;
  }
  return true;
}

function wholeWindow(old: string, fresh: string): Replaced {
  const range = { from: 0, to: old.length, newFrom: 0, newTo: fresh.length };
  trim(range, old, fresh);
  return range;
}

/** Characters that stay: only attributes that differ are written. */
function keep(builder: DeltaBuilder, old: Flat, fresh: Flat, from: number, to: number, newFrom: number): void {
  for (let at = from; at < to; at++) {
    const had = old.attributes[at] ?? {};
    const has = fresh.attributes[newFrom + at - from] ?? {};
    const isBreak = old.text[at] === '\n';
    const changed = had === has ? null : difference(had, has, isBreak ? BLOCK : MARKS);
    // Concurrent changes can leave an indent on a block that is no list item any more. It must not come to count again.
    if (changed && isBreak && 'block' in changed) changed['indent'] = has['indent'] ?? null;
    builder.retain(1, changed);
  }
}

/**
 * An insertion right before a "\n" that brings line breaks of its own (Enter at the end of a block): the old "\n"
 * stays with its block, and what is new comes behind it. A neighbour who types at the end of that block at the same
 * time stays in it, and a heading's Enter needs no format.
 */
function insertAroundBreak(builder: DeltaBuilder, old: Flat, fresh: Flat, range: Replaced): boolean {
  const had = old.attributes[range.from] ?? {};
  for (let at = range.newFrom; at < range.newTo; at++) {
    if (fresh.text[at] !== '\n' || difference(had, fresh.attributes[at] ?? {}, BLOCK)) continue;
    insert(builder, fresh, range.newFrom, at);
    builder.retain(1);
    insert(builder, fresh, at + 1, range.newTo + 1);
    return true;
  }
  return false;
}

/**
 * New characters, with all their attributes: Y.Text would otherwise give them their neighbours'. A "\n" between two
 * characters of the same marks takes these too, so that no mark is ended and begun again around it.
 */
function insert(builder: DeltaBuilder, fresh: Flat, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const own = fresh.attributes[at] ?? {};
    const unit = fresh.text[at] ?? '';
    builder.insert(unit, unit === '\n' ? { ...surroundingMarks(fresh, at), ...own } : own);
  }
}

function surroundingMarks(flat: Flat, at: number): Attributes {
  const left = at > 0 && flat.text[at - 1] !== '\n' ? flat.attributes[at - 1] : undefined;
  const right = at + 1 < flat.text.length && flat.text[at + 1] !== '\n' ? flat.attributes[at + 1] : undefined;
  return left && right && !difference(left, right, MARKS) ? left : {};
}

/** Attributes to write so that `had` becomes `has`; null where nothing differs. */
function difference(had: Attributes, has: Attributes, names: readonly string[]): Record<string, unknown> | null {
  let changed: Record<string, unknown> | null = null;
  for (const name of names) if (had[name] !== has[name]) (changed ??= {})[name] = has[name] ?? null;
  return changed;
}

function pointSize(text: string, at: number): number {
  return splitsCharacter(text, at + 1) ? 2 : 1;
}

/** Joins neighbouring operations of one kind and leaves out what does nothing. */
class DeltaBuilder {
  readonly ops: DeltaOp[] = [];
  #kept = 0;

  retain(length: number, attributes: Attributes | null = null): void {
    if (length === 0) return;
    if (!attributes) {
      this.#kept += length;
      return;
    }
    const last = this.ops.at(-1);
    if (this.#kept === 0 && last && 'retain' in last && last.attributes && same(last.attributes, attributes)) {
      last.retain += length;
    } else {
      this.#flush();
      this.ops.push({ retain: length, attributes });
    }
  }

  insert(text: string, attributes: Attributes): void {
    const last = this.ops.at(-1);
    if (this.#kept === 0 && last && 'insert' in last && same(last.attributes, attributes)) {
      last.insert += text;
    } else {
      this.#flush();
      this.ops.push({ insert: text, attributes });
    }
  }

  delete(length: number): void {
    if (length === 0) return;
    this.#flush();
    this.ops.push({ delete: length });
  }

  #flush(): void {
    if (this.#kept > 0) this.ops.push({ retain: this.#kept });
    this.#kept = 0;
  }
}

function same(a: Attributes, b: Attributes): boolean {
  return a === b || difference(a, b, [...MARKS, ...BLOCK]) === null;
}

/**
 * How far into the text a delta reaches: beyond its length, the last block's "\n" is missing and must be written first.
 */
export function deltaReach(delta: readonly DeltaOp[]): number {
  let at = 0;
  let reach = 0;
  for (const op of delta) {
    if ('insert' in op) {
      reach = Math.max(reach, at);
    } else {
      at += 'delete' in op ? op.delete : op.retain;
      if ('delete' in op || op.attributes) reach = at;
    }
  }
  return reach;
}
