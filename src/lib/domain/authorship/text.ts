import * as Y from 'yjs';
import { splitsCharacter } from '../surrogates.ts';
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

/** Characters as the product counts them: code points that are not white space. */
export function countCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x20 && unit < 0x80) count++;
    else if (!isWhiteSpace(unit) && !splitsCharacter(text, i)) count++;
  }
  return count;
}

/** White space as `\s` of regular expressions means it; a loop, for whole plans are counted while people type. */
function isWhiteSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return (
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000 ||
    unit === 0xfeff
  );
}
