import { joinBackward } from 'prosemirror-commands';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { addAction, removeAction } from '#domain/plan/edit.ts';
import { planRoots, presentItem } from '#domain/plan/read.ts';
import { EditorClient, seedText, writers } from '#tests/support/editor-client.ts';
import { Binding } from './binding.ts';
import { setBlock, splitBlock, toggleBlock, toggleBold } from './commands.ts';

/** Delta of the last change, as Y.Text reports it. */
function lastDelta(client: EditorClient): () => unknown {
  let delta: unknown = null;
  client.text.observe((event) => (delta = event.delta));
  return () => delta;
}

const one = (content: string) => new EditorClient(10, seedText(content));

function exchange(a: EditorClient, b: EditorClient): void {
  const fromA = a.outbox.splice(0);
  const fromB = b.outbox.splice(0);
  for (const update of fromA) b.receive(update);
  for (const update of fromB) a.receive(update);
}

test('W1 typing inserts exactly the typed characters', () => {
  const client = one('ab\n');
  const delta = lastDelta(client);
  client.select(1);
  client.type('xy');
  expect(delta()).toEqual([{ retain: 1 }, { insert: 'xy' }]);
});

test('W1 a character typed among equal ones stands where it was typed', () => {
  const client = one('aaaa\n');
  const delta = lastDelta(client);
  client.select(3);
  client.type('a');
  expect(delta()).toEqual([{ retain: 3 }, { insert: 'a' }]);
});

test('W2 Enter inside a block inserts one line break', () => {
  const client = one('abcd\n');
  const delta = lastDelta(client);
  client.select(2);
  client.run(splitBlock);
  expect(delta()).toEqual([{ retain: 2 }, { insert: '\n' }]);
});

test('W2 Enter inside a heading gives both halves the heading and touches nothing else', () => {
  const client = one('abcd\n');
  client.run(setBlock('heading1'));
  const delta = lastDelta(client);
  client.select(2);
  client.run(splitBlock);
  expect(delta()).toEqual([{ retain: 2 }, { insert: '\n', attributes: { block: 'heading1' } }]);
});

test('W3 Enter at the end of a heading adds a paragraph behind its line break', () => {
  const client = one('abcd\nx\n');
  client.run(setBlock('heading1'));
  const delta = lastDelta(client);
  client.select(4);
  client.run(splitBlock);
  expect(delta()).toEqual([{ retain: 5 }, { insert: '\n' }]);
  expect(client.state.doc.child(0).type.name).toBe('heading');
  expect(client.state.doc.child(1).type.name).toBe('paragraph');
  client.type('y');
  expect(client.text.toString()).toBe('abcd\ny\nx\n');
});

test('W4 join deletes one line break', () => {
  const client = one('ab\ncd\n');
  const delta = lastDelta(client);
  client.select(3);
  client.run(joinBackward);
  expect(delta()).toEqual([{ retain: 2 }, { delete: 1 }]);
});

test('W5 heading, list and quote format one line break', () => {
  const client = one('ab\ncd\n');
  const delta = lastDelta(client);
  client.select(4);
  for (const block of ['heading2', 'bullet', 'ordered', 'quote'] as const) {
    client.run(toggleBlock(block));
    expect(delta()).toEqual([{ retain: 5 }, { retain: 1, attributes: { block } }]);
  }
});

test('W6 bold formats the range', () => {
  const client = one('abcd\n');
  const delta = lastDelta(client);
  client.select(1, 3);
  client.run(toggleBold);
  expect(delta()).toEqual([{ retain: 1 }, { retain: 2, attributes: { bold: true } }]);
});

test('W7 what is typed beside bold text takes no mark that the editor did not show', () => {
  const client = one('abcd\n');
  client.select(1, 3);
  client.run(toggleBold);
  client.select(1);
  client.type('x');
  client.select(4);
  client.type('y');
  expect(client.text.toDelta()).toEqual([
    { insert: 'ax' },
    { insert: 'bcy', attributes: { bold: true } },
    { insert: 'd\n' },
  ]);
});

test('W7 Enter inside bold text does not end the mark', () => {
  const client = one('abcd\n');
  client.select(0, 4);
  client.run(toggleBold);
  client.select(2);
  client.run(splitBlock);
  expect(client.text.toDelta()).toEqual([{ insert: 'ab\ncd', attributes: { bold: true } }, { insert: '\n' }]);
});

test('W8 a surrogate pair is never cut', () => {
  const client = one('a😀b\n');
  client.select(1, 3);
  client.type('😁');
  expect(client.text.toString()).toBe('a😁b\n');
});

test('W9 a text without its last line break gets it when something must be written behind or on it', () => {
  const client = one('ab');
  client.select(2);
  client.type('c');
  expect(client.text.toString()).toBe('abc');
  client.run(setBlock('bullet'));
  expect(client.text.toDelta()).toEqual([{ insert: 'abc' }, { insert: '\n', attributes: { block: 'bullet' } }]);
});

test('W9 a last block without its line break gets it when it is emptied', () => {
  const client = one('ab\ncd');
  client.select(3, 5);
  client.run((state, dispatch) => {
    dispatch?.(state.tr.deleteSelection());
    return true;
  });
  expect(client.text.toString()).toBe('ab\n\n');
  expect(client.binding.repairs).toBe(0);
});

test('T3, W9 an empty text is one empty paragraph', () => {
  const client = new EditorClient(10);
  expect(client.state.doc.childCount).toBe(1);
  client.type('a');
  client.run(splitBlock);
  client.type('b');
  expect(client.text.toString()).toBe('a\nb\n');
  expect(client.binding.repairs).toBe(0);
});

test('W2, M1 one presses Enter in the middle while the other types behind it', () => {
  const seed = seedText('viens divi trīs\n');
  const anna = new EditorClient(10, seed);
  const ilze = new EditorClient(20, seed);
  anna.select(6);
  anna.run(splitBlock);
  ilze.select(15);
  ilze.type(' četri');
  exchange(anna, ilze);
  for (const client of [anna, ilze]) {
    expect(client.text.toString()).toBe('viens \ndivi trīs četri\n');
    expect(client.state.doc.eq(client.truth())).toBe(true);
    expect(client.binding.repairs).toBe(0);
  }
  const typed = writers(anna.text).slice(-7, -1);
  expect(typed.map(({ character }) => character).join('')).toBe(' četri');
  expect(typed.every(({ client }) => client === 20)).toBe(true);
  const seeded = writers(anna.text).filter(({ character, client }) => client === 1 && character !== '\n');
  expect(seeded.map(({ character }) => character).join('')).toBe('viens divi trīs');
  expect(anna.state.selection.from).toBe(9);
  expect(ilze.state.selection.from).toBe(ilze.state.doc.content.size - 1);
});

test('W3 one presses Enter at the end of a block while the other types there', () => {
  const seed = seedText('abc\n');
  for (const [a, b] of [
    [10, 20],
    [20, 10],
  ] as const) {
    const anna = new EditorClient(a, seed);
    const ilze = new EditorClient(b, seed);
    anna.select(3);
    anna.run(splitBlock);
    anna.type('jauns');
    ilze.select(3);
    ilze.type(' vecs');
    exchange(anna, ilze);
    expect(anna.text.toString()).toBe('abc vecs\njauns\n');
    expect(ilze.state.doc.eq(anna.state.doc)).toBe(true);
  }
});

test('M3 two people at one place write words, not a mixture', () => {
  const seed = seedText('ab\n');
  const anna = new EditorClient(10, seed);
  const ilze = new EditorClient(20, seed);
  anna.select(2);
  ilze.select(2);
  for (const [mine, theirs] of ['X1', 'Y2', 'Z3'] as const) {
    anna.type(mine!);
    ilze.type(theirs!);
    exchange(anna, ilze);
  }
  expect(anna.text.toString()).toBe(ilze.text.toString());
  expect(anna.text.toString()).toMatch(/^ab(XYZ123|123XYZ)\n$/);
});

test('U1 undo brings back the text and the selection', () => {
  const client = one('abcd\n');
  client.select(1, 3);
  client.type('x');
  client.select(0);
  client.undo.undo();
  expect(client.text.toString()).toBe('abcd\n');
  expect([client.state.selection.from, client.state.selection.to]).toEqual([2, 4]);
  client.undo.redo();
  expect(client.text.toString()).toBe('axd\n');
});

test('U1 what is written without a pause is one step, and what is written elsewhere another', () => {
  const client = new EditorClient(10, seedText('\n'), { captureTimeout: 60_000 });
  const other = new EditorClient(11, seedText('\n'));
  client.type('viens ');
  client.type('divi');
  exchange(client, other);
  other.select(0);
  other.type('X');
  exchange(client, other);
  client.type('!');
  client.select(6);
  client.run(splitBlock);
  expect(client.text.toString()).toBe('Xviens\n divi!\n');
  client.undo.undo();
  expect(client.text.toString()).toBe('Xviens divi!\n');
  client.undo.undo();
  expect(client.text.toString()).toBe('X\n');
});

test('U1 a paste is a step of its own, also before what is typed behind it', () => {
  const client = new EditorClient(10, seedText('\n'), { captureTimeout: 60_000 });
  client.type('a');
  client.binding.dispatch(client.state.tr.insertText('PASTED').setMeta('uiEvent', 'paste'));
  client.type('b');
  client.undo.undo();
  expect(client.text.toString()).toBe('aPASTED\n');
  client.undo.undo();
  expect(client.text.toString()).toBe('a\n');
});

test('U2 what is removed and comes back by undo is the very same text, with what others typed meanwhile', () => {
  const doc = new Y.Doc();
  const origin = {};
  const { actions } = planRoots(doc);
  const action = addAction(doc, { title: 'Talka' });
  const body = (of: Y.Doc) => planRoots(of).actions.get(action)?.get('body') as Y.Text;
  const text = body(doc);
  text.insert(0, 'visi nāk\n');
  const ilze = new Y.Doc();
  Y.applyUpdate(ilze, Y.encodeStateAsUpdate(doc));
  const undoManager = new Y.UndoManager(actions, { trackedOrigins: new Set([origin]) });
  removeAction(doc, action, origin);
  body(ilze).insert(8, ' ar slotām');
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(ilze));
  undoManager.undo();
  expect(presentItem(actions, action)?.get('body')).toBe(text);
  const binding = new Binding({ text, origin, undoManager, canWrite: () => true, holds: () => false });
  expect(binding.createState().doc.textContent).toBe('visi nāk ar slotām');
});

test('W11 whoever may not write changes nothing', () => {
  const client = new EditorClient(10, seedText('ab\n'), { canWrite: () => false });
  client.type('x');
  client.run(setBlock('quote'));
  expect(client.text.toDelta()).toEqual([{ insert: 'ab\n' }]);
  expect(client.state.doc.eq(client.truth())).toBe(true);
});

test('W5 an indent left on a block that is no list item does not count when it becomes one', () => {
  const seed = new Y.Doc();
  seed.getText('body').applyDelta([{ insert: 'talka' }, { insert: '\n', attributes: { indent: 1 } }]);
  const editor = new EditorClient(7, Y.encodeStateAsUpdate(seed));
  editor.select(2);
  editor.run(toggleBlock('bullet'));
  expect(editor.text.toDelta()).toEqual([{ insert: 'talka' }, { insert: '\n', attributes: { block: 'bullet' } }]);
  expect(editor.binding.repairs).toBe(0);
});
