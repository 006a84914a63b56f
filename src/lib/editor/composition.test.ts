import { expect, test } from 'vitest';
import { EditorClient, seedText } from '#tests/support/editor-client.ts';
import { touchesComposition } from './composition.ts';

/** Three blocks; the caret is in the middle one, behind "div". Offsets: block 6 to 15, its line break at 15. */
function composing() {
  const client = new EditorClient(10, seedText('viens\nes div tu\ntrīs\n'));
  client.select(12);
  return client.state;
}

test.each([
  ['text in another block', [{ retain: 2 }, { insert: 'x' }], false],
  ['text at the start of the block', [{ retain: 6 }, { insert: 'x' }], false],
  ['text at the end of the block', [{ retain: 15 }, { insert: 'x' }], false],
  ['a whole block before', [{ retain: 6 }, { insert: 'x\n' }], false],
  ['a whole block behind', [{ retain: 16 }, { insert: 'x\n' }], false],
  ['a heading made of another block', [{ retain: 5 }, { retain: 1, attributes: { block: 'heading1' } }], false],
  ['text in the word', [{ retain: 11 }, { insert: 'x' }], true],
  ['text beside the word', [{ retain: 12 }, { insert: 'x' }], true],
  ['text elsewhere in the block', [{ retain: 7 }, { insert: 'x' }], true],
  ['a cut of the block', [{ retain: 8 }, { insert: '\n' }], true],
  ['a deletion in the block', [{ retain: 6 }, { delete: 1 }], true],
  ['a join with the block before', [{ retain: 5 }, { delete: 1 }], true],
  ['a join with the block behind', [{ retain: 15 }, { delete: 1 }], true],
  ['a heading made of the block', [{ retain: 15 }, { retain: 1, attributes: { block: 'heading1' } }], true],
])('H1 %s', (_what, delta, waits) => {
  expect(touchesComposition(composing(), delta)).toBe(waits);
});

test('H2, H3 what waits is shown when the composition ends, and what was composed stands where it was', () => {
  const seed = seedText('ab cd\n');
  const anna = new EditorClient(10, seed);
  const ilze = new EditorClient(20, seed);
  anna.select(2);
  anna.composing = true;
  ilze.select(0, 4);
  ilze.type('X');
  for (const update of ilze.outbox.splice(0)) anna.receive(update);
  expect(anna.state.doc.textContent).toBe('ab cd');
  anna.type('Y');
  expect(anna.state.doc.textContent).toBe('abY cd');
  expect(anna.text.toString()).toBe('XYd\n');
  anna.composing = false;
  anna.binding.release();
  expect(anna.state.doc.textContent).toBe('XYd');
  expect(anna.state.selection.from).toBe(3);
  expect(anna.binding.repairs).toBe(0);
});
