import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { flatLength, offsetAt, positionAt, renderText } from './flat-text.ts';

function textOf(delta: object[]): Y.Text {
  const text = new Y.Doc().getText('body');
  text.applyDelta(delta);
  return text;
}

const shape = (text: Y.Text) => {
  const blocks: string[] = [];
  renderText(text).forEach((block) => {
    const attrs = Object.values(block.attrs).join(' ');
    blocks.push(`${block.type.name}${attrs && ` ${attrs}`}: ${block.textContent}`);
  });
  return blocks;
};

test('T1 each line break carries its block', () => {
  const text = textOf([
    { insert: 'a' },
    { insert: '\n', attributes: { block: 'heading2' } },
    { insert: 'b' },
    { insert: '\n', attributes: { block: 'ordered', indent: 2 } },
    { insert: 'c\n' },
  ]);
  expect(shape(text)).toEqual(['heading 2: a', 'listItem ordered 2: b', 'paragraph: c']);
});

test('T2 what is not allowed reads as absent', () => {
  const text = textOf([
    { insert: 'a', attributes: { link: 'javascript:alert(1)', block: 'quote', color: 'red', bold: 'very' } },
    { insert: '\n', attributes: { block: 'heading9', indent: 3, bold: true } },
    { insert: 'b' },
    { insert: '\n', attributes: { block: 'bullet', indent: 99 } },
  ]);
  expect(shape(text)).toEqual(['paragraph: a', 'listItem bullet 5: b']);
  expect(renderText(text).firstChild?.firstChild?.marks).toEqual([]);
});

test('T2 what is not text shows as one object character', () => {
  const text = textOf([{ insert: 'a' }, { insert: { image: 'x' } }, { insert: 'b\n' }]);
  expect(shape(text)).toEqual(['paragraph: a\uFFFCb']);
});

test('T3 a text may be empty or end without its line break', () => {
  expect(shape(textOf([]))).toEqual(['paragraph: ']);
  expect(shape(textOf([{ insert: 'a\nb' }]))).toEqual(['paragraph: a', 'paragraph: b']);
  expect(shape(textOf([{ insert: '\n' }]))).toEqual(['paragraph: ']);
});

test('offsets and positions agree', () => {
  const doc = renderText(textOf([{ insert: 'ab\n\ncde\n' }]));
  expect(flatLength(doc)).toBe(8);
  for (let offset = 0; offset < flatLength(doc); offset++) expect(offsetAt(doc, positionAt(doc, offset))).toBe(offset);
  expect(positionAt(doc, 99)).toBe(doc.content.size - 1);
});
