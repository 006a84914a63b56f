import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { readBlocks } from './rich-text-blocks.ts';

function textOf(delta: unknown[]): Y.Text {
  const text = new Y.Doc().getText('body');
  text.applyDelta(delta);
  return text;
}

const plain = { bold: false, italic: false };

it('reads blocks with their kind, and runs with their marks', () => {
  const text = textOf([
    { insert: 'Mērķis' },
    { insert: '\n', attributes: { block: 'heading1' } },
    { insert: 'Ar ' },
    { insert: 'kaimiņiem', attributes: { bold: true } },
    { insert: '\n', attributes: { block: 'bullet', indent: 2 } },
    { insert: '\nbez beigām' },
  ]);
  expect(readBlocks(text)).toEqual([
    { block: 'heading1', indent: 0, runs: [{ ...plain, text: 'Mērķis' }] },
    {
      block: 'bullet',
      indent: 2,
      runs: [
        { ...plain, text: 'Ar ' },
        { ...plain, text: 'kaimiņiem', bold: true },
      ],
    },
    { block: null, indent: 0, runs: [] },
    { block: null, indent: 0, runs: [{ ...plain, text: 'bez beigām' }] },
  ]);
});

it('takes what is not allowed for absent', () => {
  const text = textOf([
    { insert: 'x', attributes: { bold: 'yes', link: 7 } },
    { insert: '\n', attributes: { block: 'script', indent: -1 } },
  ]);
  expect(readBlocks(text)).toEqual([{ block: null, indent: 0, runs: [{ ...plain, text: 'x' }] }]);
});
