import { joinBackward } from 'prosemirror-commands';
import { TextSelection, type Command, type EditorState } from 'prosemirror-state';
import * as Y from 'yjs';
import { Binding } from '#lib/editor/binding.ts';
import { indentItems, setBlock, splitBlock, toggleBlock, toggleBold, toggleItalic } from '#lib/editor/commands.ts';
import { flatLength, positionAt, renderText } from '#lib/editor/flat-text.ts';
import { insertBlocks } from '#lib/editor/insert-blocks.ts';
import { schema } from '#lib/editor/schema.ts';
import type { Random } from './random.ts';

const COMMANDS: Command[] = [
  splitBlock,
  splitBlock,
  joinBackward,
  toggleBold,
  toggleItalic,
  setBlock('heading1'),
  setBlock(null),
  toggleBlock('bullet'),
  toggleBlock('ordered'),
  toggleBlock('quote'),
  indentItems(1),
];

/**
 * One random edit of a description through the editor's own binding: typing, Enter, join, heading, list, format, paste
 * or deletion at a random selection. `letters` makes what is typed.
 * @throws Error when the editor does not show the text afterwards
 */
export function editOnce(
  text: Y.Text,
  session: { origin: object; undoManager: Y.UndoManager },
  random: Random,
  letters: (count: number) => string,
): void {
  const binding = new Binding({ text, ...session });
  const host = {
    state: binding.createState(),
    updateState(state: EditorState) {
      host.state = state;
    },
  };
  binding.attach(host);
  const length = flatLength(host.state.doc);
  const anchor = random.below(length);
  const head = random.below(3) === 0 ? random.below(length) : anchor;
  const { doc, tr } = host.state;
  binding.dispatch(tr.setSelection(TextSelection.create(doc, positionAt(doc, anchor), positionAt(doc, head))));
  const choice = random.below(20);
  if (choice < 9) binding.dispatch(host.state.tr.insertText(letters(1 + random.below(4))));
  else if (choice < 11) {
    const paste = host.state.tr;
    insertBlocks(paste, [
      schema.node('paragraph', null, schema.text(letters(2))),
      schema.node('listItem', { kind: 'bullet', indent: 0 }, schema.text(letters(2), [schema.mark('bold')])),
    ]);
    binding.dispatch(paste);
  } else if (choice < 13) binding.dispatch(host.state.tr.deleteSelection());
  else random.pick(COMMANDS)(host.state, binding.dispatch);
  const shown = host.state.doc.eq(renderText(text));
  binding.detach();
  if (!shown || binding.repairs > 0) throw new Error('The editor does not show its text');
}
