import type { Node } from 'prosemirror-model';
import { TextSelection, type Selection, type Transaction } from 'prosemirror-state';
import * as Y from 'yjs';
import { offsetAt, positionAt } from './flat-text.ts';

/** A selection that stays with its characters, whatever others write around it. */
export type RelativeSelection = { anchor: Y.RelativePosition; head: Y.RelativePosition };

/** How an editor that lags behind its text finds places in it (held-text.ts). */
export type ShownPlaces = {
  relative: (offset: number, side: number) => Y.RelativePosition;
  shownOffset: (index: number) => number;
};

const LEFT = -1;
const RIGHT = 0;

/**
 * A caret holds on to the character before it, so that what a neighbour types at the same place comes behind it and
 * words do not mix; at the start of a block it holds on to the block. A range holds on to its own characters.
 */
export function relativeSelection(
  text: Y.Text,
  doc: Node,
  selection: Selection,
  shown: ShownPlaces | null,
): RelativeSelection {
  const relative = (position: number, side: typeof LEFT | typeof RIGHT) => {
    const atStart = doc.resolve(position).parentOffset === 0;
    const offset = offsetAt(doc, position);
    if (shown) return shown.relative(offset, atStart ? RIGHT : side);
    return Y.createRelativePositionFromTypeIndex(text, Math.min(offset, text.length), atStart ? RIGHT : side);
  };
  const { anchor, head, from, empty } = selection;
  const side = (position: number) => (!empty && position === from ? RIGHT : LEFT);
  return { anchor: relative(anchor, side(anchor)), head: relative(head, side(head)) };
}

/** Where a relative position stands in the document now, or null if it belongs to another text. */
export function absolutePosition(
  text: Y.Text,
  doc: Node,
  relative: Y.RelativePosition,
  shown: ShownPlaces | null = null,
): number | null {
  if (!text.doc) return null;
  const absolute = Y.createAbsolutePositionFromRelativePosition(relative, text.doc);
  if (absolute?.type !== text) return null;
  return positionAt(doc, shown ? shown.shownOffset(absolute.index) : absolute.index);
}

/** Puts a transaction's selection where the relative one stands in its document. */
export function restoreSelection(tr: Transaction, text: Y.Text, selection: RelativeSelection): void {
  const anchor = absolutePosition(text, tr.doc, selection.anchor);
  const head = absolutePosition(text, tr.doc, selection.head);
  if (anchor === null || head === null) return;
  if (tr.selection.anchor !== anchor || tr.selection.head !== head) {
    tr.setSelection(TextSelection.create(tr.doc, anchor, head));
  }
}
