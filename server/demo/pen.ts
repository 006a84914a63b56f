import * as Y from 'yjs';
import { planRoots, presentItem } from '#domain/plan/read.ts';
import type { Block } from '#domain/rich-text.ts';

// What a person does with the keyboard: a few words a time, corrections, formatting, undo.

const WORDS_AT_ONCE = 3;

/** A text of an action in this writer's document. */
export function textOf(doc: Y.Doc, actionId: string, name: 'title' | 'body'): Y.Text {
  const text = presentItem(planRoots(doc).actions, actionId)?.get(name);
  if (!(text instanceof Y.Text)) throw new Error(`Action ${actionId} has no ${name}`);
  return text;
}

/** Types at a position, a few words a time. */
export function type(text: Y.Text, at: number, words: string): void {
  let position = at;
  for (const piece of words.match(new RegExp(`(\\s*\\S+){1,${WORDS_AT_ONCE}}\\s*`, 'gu')) ?? [words]) {
    text.insert(position, piece, {});
    position += piece.length;
  }
}

/** Types behind words that are already there. */
export function typeBehind(text: Y.Text, before: string, words: string): void {
  type(text, positionOf(text, before) + before.length, words);
}

/** Opens a new block at the end and types into it. */
export function addBlock(body: Y.Text, block: Block | undefined, words: string): void {
  const at = body.length;
  body.insert(at, '\n', block ? { block } : {});
  type(body, at, words);
}

export function replace(text: Y.Text, old: string, words: string): void {
  const at = positionOf(text, old);
  text.delete(at, old.length);
  text.insert(at, words, {});
}

export function remove(text: Y.Text, words: string): void {
  text.delete(positionOf(text, words), words.length);
}

export function setBold(text: Y.Text, words: string): void {
  text.format(positionOf(text, words), words.length, { bold: true });
}

/** Does something and takes it back. */
export function thinkBetter(text: Y.Text, act: () => void): void {
  const origin = {};
  const undo = new Y.UndoManager(text, { trackedOrigins: new Set([origin]), captureTimeout: 0 });
  text.doc?.transact(act, origin);
  undo.undo();
  undo.destroy();
}

/** The end of the first block. */
export function endOfFirstBlock(body: Y.Text): number {
  return body.toString().indexOf('\n');
}

/** Where the last block ends, before its line break. */
export function endOfLastBlock(body: Y.Text): number {
  return body.toString().lastIndexOf('\n');
}

function positionOf(text: Y.Text, words: string): number {
  const at = text.toString().indexOf(words);
  if (at === -1) throw new Error(`"${words}" is not in "${text.toString()}"`);
  return at;
}
