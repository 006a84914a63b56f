import { Fragment, Slice, type Node } from 'prosemirror-model';
import { TextSelection, type Transaction } from 'prosemirror-state';
import { schema } from './schema.ts';

/**
 * Puts pasted blocks in place of the selection. The first one's words continue the block of the caret and the last
 * one's words stand before what followed the caret, so that the words around keep their blocks; an empty side takes
 * the kind of the pasted block.
 */
export function insertBlocks(tr: Transaction, blocks: readonly Node[]): void {
  if (blocks.length === 0) return;
  if (!tr.selection.empty) tr.deleteSelection();
  const { $from } = tr.selection;
  const current = $from.parent;
  const start = $from.before();
  const first = blocks[0]!;
  const last = blocks.at(-1)!;
  const emptyBefore = $from.parentOffset === 0;
  const emptyAfter = $from.parentOffset === current.content.size;
  const plain = (node: Node) => node.type === schema.nodes.paragraph;
  if (blocks.length === 1) {
    tr.replace($from.pos, $from.pos, new Slice(first.content, 0, 0));
    if (emptyBefore && emptyAfter && !plain(first)) tr.setNodeMarkup(start, first.type, first.attrs);
  } else {
    const tail = emptyAfter ? last : current.type.create(current.attrs, last.content);
    tr.replace($from.pos, $from.pos, new Slice(Fragment.from([...blocks.slice(0, -1), tail]), 1, 1));
    if (emptyBefore && !first.hasMarkup(current.type, current.attrs)) tr.setNodeMarkup(start, first.type, first.attrs);
  }
  const end = tr.mapping.map($from.pos, 1);
  tr.setSelection(TextSelection.near(tr.doc.resolve(end), -1));
}
