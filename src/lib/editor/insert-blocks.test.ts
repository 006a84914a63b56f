import { expect, test } from 'vitest';
import { EditorClient, seedText } from '#tests/support/editor-client.ts';
import { setBlock } from './commands.ts';
import { createBlock } from './flat-text.ts';
import { insertBlocks } from './insert-blocks.ts';
import { schema } from './schema.ts';

const block = (kind: string | null, words: string) => createBlock({ block: kind }, [schema.text(words)]);

function pasted(content: string, at: number, blocks: [string | null, string][], kind: 'bullet' | null = null): unknown {
  const client = new EditorClient(10, seedText(content));
  client.select(at);
  if (kind) client.run(setBlock(kind));
  const { tr } = client.state;
  insertBlocks(
    tr,
    blocks.map(([each, words]) => block(each, words)),
  );
  client.binding.dispatch(tr);
  client.type('|');
  expect(client.state.doc.eq(client.truth())).toBe(true);
  expect(client.binding.repairs).toBe(0);
  return client.text.toDelta();
}

test('X2 one block continues the block of the caret', () => {
  expect(pasted('abc\n', 1, [['heading1', 'X']])).toEqual([{ insert: 'aX|bc\n' }]);
});

test('X2 an empty block takes the kind of what is pasted', () => {
  expect(pasted('\n', 0, [['heading1', 'X']])).toEqual([
    { insert: 'X|' },
    { insert: '\n', attributes: { block: 'heading1' } },
  ]);
});

test('X2 several blocks cut the block of the caret in two and leave its halves their kind', () => {
  expect(
    pasted(
      'abc\n',
      1,
      [
        [null, 'X'],
        ['bullet', 'Y'],
        ['heading1', 'Z'],
      ],
      'bullet',
    ),
  ).toEqual([
    { insert: 'aX' },
    { insert: '\n', attributes: { block: 'bullet' } },
    { insert: 'Y' },
    { insert: '\n', attributes: { block: 'bullet' } },
    { insert: 'Z|bc' },
    { insert: '\n', attributes: { block: 'bullet' } },
  ]);
});

test('X2 at the end of a block the last pasted one keeps its kind', () => {
  expect(
    pasted('abc\n', 3, [
      [null, 'X'],
      ['heading2', 'Z'],
    ]),
  ).toEqual([{ insert: 'abcX\nZ|' }, { insert: '\n', attributes: { block: 'heading2' } }]);
});
