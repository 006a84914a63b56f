import { chainCommands, deleteSelection, joinBackward, joinForward, selectAll } from 'prosemirror-commands';
import { undoInputRule } from 'prosemirror-inputrules';
import { keydownHandler } from 'prosemirror-keymap';
import { Plugin, type Command } from 'prosemirror-state';
import { readSelection } from './native-selection.ts';
import { indentItems, plainAtStart, setBlock, splitBlock, toggleBlock, toggleBold, toggleItalic } from './commands.ts';

/** What keys do that is not the text's own matter. */
export type KeyActions = { undo: () => void; redo: () => void; editLink: () => void; leave: () => void };

/** Keys that change the text at the selection by themselves. */
const EDITING: ReadonlySet<string> = new Set(['Enter', 'Backspace', 'Delete', 'Tab']);

/** Keyboard of the editor. Tab moves list items only; elsewhere it leaves the editor, as does Escape everywhere. */
export function editorKeys({ undo, redo, editLink, leave }: KeyActions): Plugin {
  const act =
    (action: () => void): Command =>
    () => {
      action();
      return true;
    };
  const backspace = chainCommands(undoInputRule, deleteSelection, plainAtStart, joinBackward);
  const remove = chainCommands(deleteSelection, joinForward);
  const handle = keydownHandler({
    Enter: splitBlock,
    'Shift-Enter': splitBlock,
    'Mod-Enter': splitBlock,
    Backspace: backspace,
    'Mod-Backspace': backspace,
    'Shift-Backspace': backspace,
    Delete: remove,
    'Mod-Delete': remove,
    'Mod-a': selectAll,
    'Mod-b': toggleBold,
    'Mod-i': toggleItalic,
    'Mod-k': act(editLink),
    'Mod-z': act(undo),
    'Mod-y': act(redo),
    'Mod-Shift-z': act(redo),
    'Mod-Alt-0': setBlock(null),
    'Mod-Alt-1': toggleBlock('heading1'),
    'Mod-Alt-2': toggleBlock('heading2'),
    'Mod-Shift-7': toggleBlock('ordered'),
    'Mod-Shift-8': toggleBlock('bullet'),
    'Mod-Shift-9': toggleBlock('quote'),
    Tab: indentItems(1),
    'Shift-Tab': indentItems(-1),
    Escape: act(leave),
  });
  return new Plugin({
    props: {
      // AltGr writes characters (Latvian keyboards: «, €, …) but may report itself as Ctrl and Alt.
      handleKeyDown: (view, event) => {
        if (event.getModifierState('AltGraph')) return false;
        // A selection that the browser made a moment ago is what the key is meant for. Letters are put there by the
        // browser itself.
        if (event.ctrlKey || event.metaKey || EDITING.has(event.key)) readSelection(view);
        return handle(view, event);
      },
    },
  });
}
