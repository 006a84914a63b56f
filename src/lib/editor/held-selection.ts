import { Plugin } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';

/** Keeps the selection visible while the keyboard is elsewhere, in the link's address. */
export function heldSelection(held: () => boolean): Plugin {
  return new Plugin({
    props: {
      decorations: ({ doc, selection: { from, to, empty } }) =>
        held() && !empty ? DecorationSet.create(doc, [Decoration.inline(from, to, { class: 'held-selection' })]) : null,
    },
  });
}
