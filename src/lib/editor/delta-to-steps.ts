import { Slice, Fragment, type Node } from 'prosemirror-model';
import type { Transaction } from 'prosemirror-state';
import type { Insertion } from '#domain/rich-text-blocks.ts';
import type { Attributes } from '#domain/rich-text.ts';
import { createBlock, createBlocks, flatLength, positionAt } from './flat-text.ts';

// A change of the flat text becomes steps that touch only what changed, so that selections, decorations and a running
// composition stay where they are. The rendered text is the truth: whatever still differs afterwards is put right.

/** A delta as Y.Text reports it. */
export type TextDelta = { retain?: number; insert?: unknown; delete?: number; attributes?: Attributes }[];

/**
 * Adds steps to `tr` that turn its document into `target`, which `delta` says how to reach.
 * Returns false if the delta did not lead there and the blocks that differed were replaced.
 */
export function applyDelta(tr: Transaction, delta: TextDelta, target: Node): boolean {
  let offset = 0;
  let insertions: Insertion[] = [];
  let deleted = 0;
  const changeHere = () => {
    // First what comes, then what goes: a document is never without a block, and one left over would be one too many.
    if (insertions.length > 0) insertAll(tr, offset, insertions);
    for (const { insert } of insertions) offset += typeof insert === 'string' ? insert.length : 1;
    if (deleted > 0) deleteRange(tr, offset, offset + deleted);
    insertions = [];
    deleted = 0;
  };
  for (const { insert, delete: length, retain, attributes = {} } of delta) {
    if (insert !== undefined) insertions.push({ insert, attributes });
    deleted += length ?? 0;
    if (retain === undefined) continue;
    changeHere();
    offset += retain;
  }
  changeHere();
  const exact = sameText(tr.doc, target);
  if (!exact) replaceDifferent(tr, target);
  formatBlocks(tr, target);
  return exact;
}

function insertAll(tr: Transaction, offset: number, insertions: readonly Insertion[]): void {
  const { blocks, rest: inline } = createBlocks(insertions);
  if (offset >= flatLength(tr.doc)) {
    // Behind the last "\n": new blocks.
    if (inline.length > 0) blocks.push(createBlock({}, inline));
    tr.insert(tr.doc.content.size, blocks);
    return;
  }
  const position = positionAt(tr.doc, offset);
  if (blocks.length === 0) {
    tr.replace(position, position, new Slice(Fragment.from(inline), 0, 0));
    return;
  }
  const $position = tr.doc.resolve(position);
  const current = $position.parent;
  if ($position.parentOffset === 0 && inline.length === 0) {
    // Whole blocks before this one, which is not touched: somebody may be composing in it.
    tr.insert($position.before(), blocks);
    return;
  }
  // The "\n" behind the insertion stays that of the last new block.
  blocks.push(current.type.create(current.attrs, inline));
  tr.replace(position, position, new Slice(Fragment.from(blocks), 1, 1));
}

function deleteRange(tr: Transaction, from: number, to: number): void {
  const { doc } = tr;
  const start = positionAt(doc, from);
  if (to < flatLength(doc)) {
    tr.replace(start, positionAt(doc, to));
    return;
  }
  // The last "\n" goes too: its block goes with it, or stays without "\n" if something of it is left.
  const $start = doc.resolve(start);
  if ($start.parentOffset === 0 && $start.index(0) > 0) tr.replace($start.before(), doc.content.size);
  else tr.replace(start, doc.content.size - 1);
}

function sameText(doc: Node, target: Node): boolean {
  if (doc.childCount !== target.childCount) return false;
  for (let index = 0; index < doc.childCount; index++) {
    const block = doc.child(index);
    const wanted = target.child(index);
    if (block !== wanted && block.textContent !== wanted.textContent) return false;
  }
  return true;
}

/** Blocks that differ give way to the target's: the last resort, which keeps the document true. */
function replaceDifferent(tr: Transaction, target: Node): void {
  const { doc } = tr;
  const common = Math.min(doc.childCount, target.childCount);
  let head = 0;
  let position = 0;
  while (head < common && doc.child(head).eq(target.child(head))) position += doc.child(head++).nodeSize;
  let tail = 0;
  let end = doc.content.size;
  while (tail < common - head && lastChild(doc, tail).eq(lastChild(target, tail)))
    end -= lastChild(doc, tail++).nodeSize;
  tr.replaceWith(position, end, target.children.slice(head, target.childCount - tail));
}

const lastChild = (doc: Node, fromEnd: number) => doc.child(doc.childCount - 1 - fromEnd);

/** Block kinds and marks as the target has them; texts are equal by now. */
function formatBlocks(tr: Transaction, target: Node): void {
  let position = 0;
  for (let index = 0; index < target.childCount; index++) {
    const block = tr.doc.child(index);
    const wanted = target.child(index);
    if (!block.eq(wanted)) {
      if (!block.hasMarkup(wanted.type, wanted.attrs)) tr.setNodeMarkup(position, wanted.type, wanted.attrs);
      if (!block.content.eq(wanted.content)) formatCharacters(tr, block, wanted, position + 1);
    }
    position += wanted.nodeSize;
  }
}

function formatCharacters(tr: Transaction, block: Node, wanted: Node, start: number): void {
  wanted.forEach((node, from) => {
    const to = from + node.nodeSize;
    block.nodesBetween(from, to, (has, at) => {
      const left = start + Math.max(from, at);
      const right = start + Math.min(to, at + has.nodeSize);
      for (const mark of has.marks) if (!mark.isInSet(node.marks)) tr.removeMark(left, right, mark);
      for (const mark of node.marks) if (!mark.isInSet(has.marks)) tr.addMark(left, right, mark);
      return false;
    });
  });
}
