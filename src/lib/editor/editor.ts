import { Plugin, type EditorState } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import type * as Y from 'yjs';
import { authorshipMarks, type DescribeAuthor } from './authorship-marks.ts';
import { Binding } from './binding.ts';
import { carets } from './carets.ts';
import { clipboard } from './clipboard.ts';
import { compositionEnd, touchesComposition } from './composition.ts';
import type { EditingSession, TextPlace } from './editing-session.ts';
import { heldSelection } from './held-selection.ts';
import { blockRules } from './input-rules.ts';
import { editorKeys } from './keymap.ts';
import { readSelection } from './native-selection.ts';
import { placeholder } from './placeholder.ts';

export type EditorOptions = {
  text: Y.Text;
  session: EditingSession;
  place: TextPlace;
  label: string;
  /** Id of the element that says how to leave the editor by keyboard. */
  describedBy: string;
  placeholder: string;
  canWrite: () => boolean;
  describe: DescribeAuthor;
  editLink: () => void;
  leave: () => void;
  /** Whether the keyboard is in the link's address now. */
  editsLink: () => boolean;
  /** After every change of text or selection. */
  changed: (state: EditorState) => void;
};

/** An editor of one rich text, in `element`, until it is destroyed. */
export function createEditor(element: HTMLElement, options: EditorOptions): EditorView {
  const { text, session, canWrite, label } = options;
  const { manager } = session.history;
  const binding = new Binding({
    text,
    origin: session.origin,
    undoManager: manager,
    canWrite,
    holds: (delta) => view.composing && touchesComposition(view.state, delta),
    beforeChange: () => readSelection(view),
  });
  const view: EditorView = new EditorView(element, {
    state: binding.createState([
      editorKeys({
        undo: () => manager.undo(),
        redo: () => manager.redo(),
        editLink: options.editLink,
        leave: options.leave,
      }),
      blockRules(),
      clipboard(),
      compositionEnd(binding),
      placeholder(options.placeholder),
      heldSelection(options.editsLink),
      carets(binding, session, options.place),
      authorshipMarks(text, session.authors, options.describe),
      new Plugin({ view: () => ({ update: ({ state }) => options.changed(state) }) }),
    ]),
    editable: canWrite,
    dispatchTransaction: binding.dispatch,
    handleClick: (_view, _position, event) => followLink(event),
    attributes: () => ({
      class: 'rich-text',
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': label,
      'aria-readonly': String(!canWrite()),
      ...(canWrite() ? { 'aria-describedby': options.describedBy } : {}),
      spellcheck: 'true',
    }),
  });
  binding.attach(view);
  const destroy = view.destroy.bind(view);
  view.destroy = () => {
    binding.detach();
    destroy();
  };
  return view;
}

/** Ctrl or ⌘ and a click follows a link; a plain click sets the caret. */
function followLink(event: MouseEvent): boolean {
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (!anchor || !(event.ctrlKey || event.metaKey)) return false;
  window.open(anchor.href, '_blank', 'noopener,noreferrer');
  return true;
}
