import * as Y from 'yjs';
import { isInvisible } from '../invisible.ts';
import { isHighSurrogate, splitsCharacter } from '../surrogates.ts';
import { sameAuthor, type Author, type AuthorIndex } from './author-index.ts';

/** A stretch of surviving text with one author; null: the server, or unknown. */
export type AuthoredText = { text: string; author: Author | null };

/** Surviving text of a Y.Text in reading order, split where the author changes. Lengths in UTF-16 units. */
export function authoredText(type: Y.Text, index: AuthorIndex): AuthoredText[] {
  const parts: AuthoredText[] = [];
  for (let item = type._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const text = item.content.str;
    let offset = 0;
    for (const run of index.runs(item.id.client, item.id.clock, text.length)) {
      const last = parts.at(-1);
      const part = text.slice(offset, offset + run.length);
      if (last && sameAuthor(last.author, run.author)) last.text += part;
      else parts.push({ text: part, author: run.author });
      offset += run.length;
    }
  }
  return parts;
}

/** Characters as the product counts them: code points that can be seen. */
export function countCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x20 && unit < 0x7f) count++;
    else {
      const point = isHighSurrogate(unit) ? (text.codePointAt(i) ?? unit) : unit;
      if (!isInvisible(point) && !splitsCharacter(text, i)) count++;
    }
  }
  return count;
}
