import { TextSelection, type Selection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';

// The browser moves the caret for an arrow key at once and says so a moment later (`selectionchange`). Whatever redraws
// the editor in between would set the caret back, and the key would be lost. So whoever redraws it reads first.

/** Takes over the selection that the browser shows, if the editor does not know it yet. */
export function readSelection(view: EditorView): void {
  const selection = unread(view);
  if (selection) view.dispatch(view.state.tr.setSelection(selection));
}

/** Draws the editor anew for a reason outside its state: others' carets, rights, authors. */
export function redraw(view: EditorView): void {
  readSelection(view);
  view.updateState(view.state);
}

function unread(view: EditorView): Selection | null {
  // An input method's selection is its own matter until it has ended.
  if (view.composing || !view.hasFocus()) return null;
  const native = view.dom.ownerDocument.getSelection();
  if (!native?.anchorNode || !native.focusNode) return null;
  if (!view.dom.contains(native.anchorNode) || !view.dom.contains(native.focusNode)) return null;
  const anchor = view.posAtDOM(native.anchorNode, native.anchorOffset);
  const head = view.posAtDOM(native.focusNode, native.focusOffset);
  const { doc, selection } = view.state;
  if (anchor === selection.anchor && head === selection.head) return null;
  return TextSelection.between(doc.resolve(anchor), doc.resolve(head));
}
