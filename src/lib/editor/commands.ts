import { toggleMark } from 'prosemirror-commands';
import type { Attrs, Node, NodeType } from 'prosemirror-model';
import { TextSelection, type Command, type EditorState, type Transaction } from 'prosemirror-state';
import { isSafeLink, MAX_INDENT, type Block } from '#domain/rich-text.ts';
import { blockAttributes, blockNode, schema } from './schema.ts';

const { paragraph, listItem, heading } = schema.nodes;
const { link } = schema.marks;

/** Makes the selected blocks of a kind, or paragraphs again if all of them are. List items keep their indent. */
export function toggleBlock(block: Block): Command {
  return (state, dispatch) => setBlock(isBlock(state, block) ? null : block)(state, dispatch);
}

/** Makes the selected blocks of a kind; null makes them paragraphs. */
export function setBlock(block: Block | null): Command {
  return (state, dispatch) => {
    if (dispatch) {
      const { tr } = state;
      for (const { node, position } of selectedBlocks(state)) {
        const { indent } = blockAttributes(node);
        const wanted = blockNode({ block, indent });
        markup(tr, node, position, wanted.type, wanted.attrs);
      }
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

/** Moves the selected list items in or out; false if there is none that can move. */
export function indentItems(by: 1 | -1): Command {
  return (state, dispatch) => {
    const items = selectedBlocks(state).filter(({ node }) => {
      const indent = Number(node.attrs.indent) + by;
      return node.type === listItem && indent >= 0 && indent <= MAX_INDENT;
    });
    if (items.length === 0) return false;
    if (dispatch) {
      const { tr } = state;
      for (const { node, position } of items) {
        tr.setNodeMarkup(position, null, { ...node.attrs, indent: Number(node.attrs.indent) + by });
      }
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

/** Enter: an empty list item or quote ends; a heading is followed by a paragraph; else the block is cut in two. */
export const splitBlock: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (empty && $from.parent.content.size === 0 && isListOrQuote($from.parent)) {
    return leaveBlock($from.parent)(state, dispatch);
  }
  if (!dispatch) return true;
  const marks = state.storedMarks ?? ($from.parentOffset > 0 ? $from.marks() : null);
  const { tr } = state;
  if (!empty) tr.deleteSelection();
  const $at = tr.selection.$from;
  const isHeading = $at.parent.type === heading;
  if (isHeading && $at.parentOffset === 0 && $at.parent.content.size > 0) {
    tr.insert($at.before(), paragraph!.create());
  } else {
    const ends = isHeading && $at.parentOffset === $at.parent.content.size;
    tr.split($at.pos, 1, ends ? [{ type: paragraph! }] : undefined);
    if (!ends && marks) tr.ensureMarks(marks);
  }
  dispatch(tr.scrollIntoView());
  return true;
};

/** Backspace at the start of a block that is not a paragraph: out by one, then a paragraph. */
export const plainAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset > 0 || $from.parent.type === paragraph) return false;
  return leaveBlock($from.parent)(state, dispatch);
};

/** Whether all selected blocks are of a kind. */
export function isBlock(state: EditorState, block: Block): boolean {
  return selectedBlocks(state).every(({ node }) => blockAttributes(node).block === block);
}

/** Whether the selection, or what is typed next, is bold or italic. */
export function isMarked(state: EditorState, name: 'bold' | 'italic'): boolean {
  const { empty, $from, from, to } = state.selection;
  const type = schema.marks[name]!;
  if (empty) return type.isInSet(state.storedMarks ?? $from.marks()) !== undefined;
  return state.doc.rangeHasMark(from, to, type);
}

export const toggleBold = toggleMark(schema.marks.bold!);
export const toggleItalic = toggleMark(schema.marks.italic!);

/** The link that the selection stands in or touches, with the range of its text. */
export function linkAt(state: EditorState): { href: string; from: number; to: number } | null {
  const { $from, $to, from, to } = state.selection;
  if (!$from.sameParent($to)) return null;
  const runs: { href: string; from: number; to: number }[] = [];
  $from.parent.forEach((node, offset) => {
    const mark = link!.isInSet(node.marks);
    if (!mark) return;
    const href = String(mark.attrs.href);
    const start = $from.start() + offset;
    const last = runs.at(-1);
    if (last?.to === start && last.href === href) last.to += node.nodeSize;
    else runs.push({ href, from: start, to: start + node.nodeSize });
  });
  return runs.find((run) => run.from <= from && to <= run.to) ?? null;
}

/**
 * Links the selection (or the link at the caret) to an address; null takes the link away. False if it is not allowed.
 */
export function setLink(address: string | null): Command {
  return (state, dispatch) => {
    if (address !== null && !isSafeLink(address)) return false;
    const at = linkAt(state);
    const from = at?.from ?? state.selection.from;
    const to = at?.to ?? state.selection.to;
    if (from === to && address === null) return false;
    if (dispatch) {
      const { tr } = state;
      if (from === to && address !== null) {
        tr.insert(from, schema.text(address, [link!.create({ href: address })]));
        tr.setSelection(TextSelection.create(tr.doc, from + address.length));
      } else {
        tr.removeMark(from, to, link);
        if (address !== null) tr.addMark(from, to, link!.create({ href: address }));
      }
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

function leaveBlock(node: Node): Command {
  return node.type === listItem && Number(node.attrs.indent) > 0 ? indentItems(-1) : setBlock(null);
}

function isListOrQuote(node: Node): boolean {
  return node.type === listItem || node.type === schema.nodes.quote;
}

function selectedBlocks(state: EditorState): { node: Node; position: number }[] {
  const blocks: { node: Node; position: number }[] = [];
  state.doc.nodesBetween(state.selection.from, state.selection.to, (node, position) => {
    if (node.isTextblock) blocks.push({ node, position });
    return false;
  });
  return blocks;
}

function markup(tr: Transaction, node: Node, position: number, type: string, attrs: Attrs | null): void {
  const wanted: NodeType = schema.nodes[type] ?? node.type;
  if (!node.hasMarkup(wanted, attrs)) tr.setNodeMarkup(position, wanted, attrs);
}
