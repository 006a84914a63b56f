import type { Mark, Node } from 'prosemirror-model';
import * as Y from 'yjs';
import { cutIntoBlocks, type Insertion, type Run } from '#domain/rich-text-blocks.ts';
import { isSafeLink, type Attributes } from '#domain/rich-text.ts';
import { blockNode, schema } from './schema.ts';

// Y.Text <-> blocks. An offset counts UTF-16 units of the flat text, "\n" included; a position is ProseMirror's.
// The document's last block may stand in the text without its "\n" (two people can delete it between them).

/** What a Y.Text looks like as a document. Marks count on characters only, block attributes on "\n" only. */
export function renderText(text: Y.Text): Node {
  const { blocks, rest } = createBlocks(text.toDelta() as Insertion[]);
  if (rest.length > 0 || blocks.length === 0) blocks.push(createBlock({}, rest));
  return schema.node('doc', null, blocks);
}

/** The blocks that insertions make, and the inline nodes behind the last "\n". */
export function createBlocks(insertions: Iterable<Insertion>): { blocks: Node[]; rest: Node[] } {
  const { blocks, rest } = cutIntoBlocks(insertions);
  const inline = (runs: readonly Run[]) => runs.map(({ text, attributes }) => schema.text(text, marksFrom(attributes)));
  return { blocks: blocks.map(({ attributes, runs }) => createBlock(attributes, inline(runs))), rest: inline(rest) };
}

/** A block for the attributes of its "\n". */
export function createBlock(attributes: Attributes, inline: readonly Node[]): Node {
  const { type, attrs } = blockNode(attributes);
  return schema.node(type, attrs, inline);
}

/** Marks of a character. Values that are not allowed are read as absent. */
function marksFrom(attributes: Attributes): readonly Mark[] {
  const marks: Mark[] = [];
  const { bold, italic, link } = attributes;
  if (typeof link === 'string' && isSafeLink(link)) marks.push(schema.mark('link', { href: link }));
  if (bold === true) marks.push(schema.mark('bold'));
  if (italic === true) marks.push(schema.mark('italic'));
  return marks;
}

/** Formatting attributes of a character with these marks. */
export function markAttributes(marks: readonly Mark[]): Attributes {
  return Object.fromEntries(
    marks.map(({ type, attrs }) => [type.name, type.name === 'link' ? String(attrs.href) : true]),
  );
}

/** Length of the flat text of a document, the last block's "\n" included. */
export function flatLength(doc: Node): number {
  return doc.content.size - doc.childCount;
}

/** Offset of a position: how many characters stand before it. */
export function offsetAt(doc: Node, position: number): number {
  const $position = doc.resolve(position);
  return position - $position.index(0) - ($position.depth > 0 ? 1 : 0);
}

/** Position of an offset, always inside a block; beyond the end it is the end of the last block. */
export function positionAt(doc: Node, offset: number): number {
  let start = 0;
  for (let index = 0; index < doc.childCount; index++) {
    const size = doc.child(index).content.size;
    if (offset <= start + size) return offset + index + 1;
    start += size + 1;
  }
  return doc.content.size - 1;
}
