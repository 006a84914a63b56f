import * as Y from 'yjs';
import { planRoots, presentItems, type ItemMap } from '../plan/read.ts';
import { BLOCKS, type Block } from '../rich-text.ts';
import type { Author, AuthorIndex } from './author-index.ts';
import { authoredText, countCharacters, type AuthoredText } from './text.ts';

/** Where a text stands. The frame is what lies outside actions: the plan's title and its goals. */
export type Place = 'title' | 'body' | 'note' | 'indicator' | 'plan-title' | 'goal-title' | 'goal-body';

/**
 * A text in which somebody's words survive, whole, split where the author changes. `blocks`: of a rich text, what each
 * line is, in order; null is a paragraph.
 */
export type Passage = { place: Place; parts: AuthoredText[]; blocks: (Block | null)[] };

/** Texts of an action in which words by an author survive for whom `theirs` holds. */
export function actionPassages(action: ItemMap, index: AuthorIndex, theirs: (author: Author) => boolean): Passage[] {
  return collect(index, theirs, [
    ['title', action.get('title')],
    ['body', action.get('body')],
    ...eachText(action.get('funding'), 'note', 'note'),
    ...eachText(action.get('indicators'), 'name', 'indicator'),
  ]);
}

/** The same for the plan's title and its goals. */
export function framePassages(doc: Y.Doc, index: AuthorIndex, theirs: (author: Author) => boolean): Passage[] {
  const { meta, goals } = planRoots(doc);
  return collect(index, theirs, [
    ['plan-title', meta.get('title')],
    ...eachText(goals, 'title', 'goal-title'),
    ...eachText(goals, 'body', 'goal-body'),
  ]);
}

function collect(
  index: AuthorIndex,
  theirs: (author: Author) => boolean,
  texts: (readonly [Place, unknown])[],
): Passage[] {
  const passages: Passage[] = [];
  for (const [place, text] of texts) {
    if (!(text instanceof Y.Text)) continue;
    const parts = authoredText(text, index);
    if (parts.some((part) => part.author !== null && theirs(part.author) && countCharacters(part.text) > 0)) {
      passages.push({ place, parts, blocks: blocksOf(text) });
    }
  }
  return passages;
}

function blocksOf(text: Y.Text): (Block | null)[] {
  const blocks: (Block | null)[] = [];
  for (const { insert, attributes } of text.toDelta() as { insert: unknown; attributes?: { block?: unknown } }[]) {
    if (typeof insert !== 'string') continue;
    const block = BLOCKS.find((kind) => kind === attributes?.block) ?? null;
    for (const unit of insert) if (unit === '\n') blocks.push(block);
  }
  return blocks;
}

function eachText(items: unknown, name: string, place: Place): (readonly [Place, unknown])[] {
  return Array.from(presentItems(items), ([, item]) => [place, item.get(name)] as const);
}
