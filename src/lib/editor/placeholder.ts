import { Plugin } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';

/** Shows what the place is for while it is empty. */
export function placeholder(words: string): Plugin {
  return new Plugin({
    props: {
      attributes: { 'aria-placeholder': words },
      decorations: ({ doc }) => {
        const only = doc.firstChild;
        if (doc.childCount > 1 || !only || only.content.size > 0) return null;
        const attributes = { class: 'is-empty', 'data-placeholder': words };
        return DecorationSet.create(doc, [Decoration.node(0, only.nodeSize, attributes)]);
      },
    },
  });
}
