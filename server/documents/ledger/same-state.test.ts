import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { isSameState } from './same-state.ts';

/** Two people write in turn. `early`: the state before the last of it. */
function written(): { doc: Y.Doc; early: Uint8Array } {
  const doc = new Y.Doc();
  const item = new Y.Map<unknown>();
  const body = new Y.Text();
  doc.clientID = 1;
  doc.getMap('actions').set('a', item);
  item.set('body', body);
  body.insert(0, 'Talka 🌳');
  doc.clientID = 2;
  body.insert(3, 'ļoti');
  body.format(1, 4, { bold: true });
  body.delete(2, 3);
  item.set('order', 'a1');
  item.set('order', 'a2');
  body.insert(body.length, 'kop');
  const early = Y.encodeStateAsUpdate(doc);
  body.insert(body.length, 'ā un vēl');
  return { doc, early };
}

/** The state, with what was written last in a piece of its own. */
function inPieces(): Uint8Array {
  const { doc, early } = written();
  return Y.mergeUpdates([early, Y.encodeStateAsUpdate(doc)]);
}

const encoded = (change: (doc: Y.Doc) => void = () => {}) => {
  const { doc } = written();
  change(doc);
  return Y.encodeStateAsUpdate(doc);
};
const bodyOf = (doc: Y.Doc) => (doc.getMap('actions').get('a') as Y.Map<unknown>).get('body') as Y.Text;

test('a state that is cut into other pieces is the same', () => {
  expect(Buffer.compare(encoded(), inPieces())).not.toBe(0);
  expect(isSameState(encoded(), inPieces())).toBe(true);
  expect(isSameState(inPieces(), encoded())).toBe(true);
});

test.each<[string, (doc: Y.Doc) => void]>([
  ['another letter', (doc) => bodyOf(doc).insert(1, 'x')],
  ['a letter less', (doc) => bodyOf(doc).delete(0, 1)],
  ['another value', (doc) => (doc.getMap('actions').get('a') as Y.Map<unknown>).set('order', 'a3')],
])('%s makes another state', (_, change) => {
  expect(isSameState(encoded(change), inPieces())).toBe(false);
  expect(isSameState(inPieces(), encoded(change))).toBe(false);
});

test('every byte of a state counts', () => {
  const whole = encoded();
  const pieces = inPieces();
  const same: number[] = [];
  for (let i = 0; i < whole.length; i++) {
    const copy = Uint8Array.from(whole);
    copy[i] = (copy[i] ?? 0) ^ 1;
    try {
      if (isSameState(copy, pieces)) same.push(i);
    } catch {
      // It is no state any more.
    }
  }
  expect(same).toEqual([]);
});
