import type * as Y from 'yjs';
import { BLOCKS, MAX_INDENT, type Attributes, type Block } from './rich-text.ts';

/** An insertion of a delta: text, or anything else that a Y.Text may hold. */
export type Insertion = { insert?: unknown; attributes?: Attributes };
/** Characters with the same attributes. */
export type Run = { text: string; attributes: Attributes };

/** Stands in for anything that is not text. The gate refuses such content; reading it must not break. */
export const OBJECT = '\uFFFC';

/** Cuts text at each "\n": a block is what ends with one and has its attributes; `rest` is what comes behind the last. */
export function cutIntoBlocks(insertions: Iterable<Insertion>): {
  blocks: { attributes: Attributes; runs: Run[] }[];
  rest: Run[];
} {
  const blocks: { attributes: Attributes; runs: Run[] }[] = [];
  let rest: Run[] = [];
  for (const { insert, attributes = {} } of insertions) {
    const lines = (typeof insert === 'string' ? insert : OBJECT).split('\n');
    lines.forEach((text, index) => {
      if (index > 0) {
        blocks.push({ attributes, runs: rest });
        rest = [];
      }
      if (text !== '') rest.push({ text, attributes });
    });
  }
  return { blocks, rest };
}

/** Characters with the same marks. */
export type TextRun = { text: string; bold: boolean; italic: boolean };
/** One block of a rich text; `block` null: a paragraph. */
export type TextBlock = { block: Block | null; indent: number; runs: TextRun[] };

/** A rich text as blocks, to be shown where nobody edits it. What is not allowed in it reads as absent. */
export function readBlocks(text: Y.Text): TextBlock[] {
  const { blocks, rest } = cutIntoBlocks(text.toDelta() as Insertion[]);
  if (rest.length > 0) blocks.push({ attributes: {}, runs: rest });
  return blocks.map(({ attributes: { block, indent }, runs }) => ({
    block: BLOCKS.find((known) => known === block) ?? null,
    indent: clampIndent(indent),
    runs: runs.map(({ text, attributes: { bold, italic } }) => ({
      text,
      bold: bold === true,
      italic: italic === true,
    })),
  }));
}

/** The indent that an attribute says; 0 when it says none. */
export function clampIndent(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) ? Math.min(Math.max(value, 0), MAX_INDENT) : 0;
}
