import type * as Y from 'yjs';
import { BLOCKS, isSafeLink, MAX_INDENT, type Block } from './rich-text.ts';

/** Characters with the same marks. */
export type TextRun = { text: string; bold: boolean; italic: boolean; link: string | null };
/** One block of a rich text; `block` null: a paragraph. */
export type TextBlock = { block: Block | null; indent: number; runs: TextRun[] };

/** A rich text as blocks, to be shown where nobody edits it. What is not allowed in it reads as absent. */
export function readBlocks(text: Y.Text): TextBlock[] {
  const blocks: TextBlock[] = [];
  let runs: TextRun[] = [];
  for (const { insert, attributes = {} } of text.toDelta() as Op[]) {
    if (typeof insert !== 'string') continue;
    insert.split('\n').forEach((line, index) => {
      if (index > 0) {
        blocks.push({ ...blockOf(attributes), runs });
        runs = [];
      }
      if (line !== '') runs.push(runOf(line, attributes));
    });
  }
  if (runs.length > 0) blocks.push({ block: null, indent: 0, runs });
  return blocks;
}

type Op = { insert: unknown; attributes?: Record<string, unknown> };

function blockOf({ block, indent }: Record<string, unknown>): Pick<TextBlock, 'block' | 'indent'> {
  const deep = typeof indent === 'number' && indent >= 1 && indent <= MAX_INDENT ? indent : 0;
  return { block: BLOCKS.find((known) => known === block) ?? null, indent: deep };
}

function runOf(text: string, { bold, italic, link }: Record<string, unknown>): TextRun {
  return {
    text,
    bold: bold === true,
    italic: italic === true,
    link: typeof link === 'string' && isSafeLink(link) ? link : null,
  };
}
