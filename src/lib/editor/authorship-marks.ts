import { Plugin } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import type * as Y from 'yjs';
import { authoredText, type Author } from '#domain/authorship.ts';
import type { Node } from 'prosemirror-model';
import type { EditingSession } from './editing-session.ts';
import { positionAt } from './flat-text.ts';

/** How an author is shown: the classes of their mark, and their name in words. */
export type DescribeAuthor = (author: Author) => { classes: string; name: string } | null;

/** Marks the words of each author while "who wrote this" is on. Ask the view to update when `authors` changes. */
export function authorshipMarks(
  text: Y.Text,
  authors: Pick<EditingSession['authors'], 'index' | 'version' | 'shown'>,
  describe: DescribeAuthor,
): Plugin {
  let shown: { doc: Node; version: number; set: DecorationSet } | null = null;
  return new Plugin({
    props: {
      decorations: ({ doc }) => {
        if (!authors.shown) return null;
        if (shown?.doc !== doc || shown.version !== authors.version) {
          shown = {
            doc,
            version: authors.version,
            set: DecorationSet.create(doc, marks(text, authors, describe, doc)),
          };
        }
        return shown.set;
      },
    },
  });
}

function marks(
  text: Y.Text,
  { index }: Pick<EditingSession['authors'], 'index'>,
  describe: DescribeAuthor,
  doc: Node,
): Decoration[] {
  const decorations: Decoration[] = [];
  let offset = 0;
  for (const part of authoredText(text, index)) {
    const described = part.author && describe(part.author);
    for (const line of part.text.split(/(?<=\n)/)) {
      const words = line.endsWith('\n') ? line.length - 1 : line.length;
      if (described && words > 0) {
        const from = positionAt(doc, offset);
        decorations.push(
          Decoration.inline(from, from + words, { class: `by ${described.classes}`, title: described.name }),
        );
      }
      offset += line.length;
    }
  }
  return decorations;
}
