import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { pathOf } from './path.ts';

function planWithAction() {
  const doc = new Y.Doc();
  const title = new Y.Text();
  const action = new Y.Map([['title', title]]);
  doc.getMap('actions').set('talka', action);
  return { doc, action, title };
}

test('a type is found by the keys that lead to it from its root', () => {
  const { doc, action, title } = planWithAction();
  expect(pathOf(title)).toEqual(['actions', 'talka', 'title']);
  expect(pathOf(action)).toEqual(['actions', 'talka']);
  expect(pathOf(doc.getMap('actions'))).toEqual(['actions']);
});

test('what was removed, by itself or with what it stood in, and what never was in a document is nowhere', () => {
  const { doc, action, title } = planWithAction();
  doc.getMap('actions').delete('talka');
  expect(pathOf(action)).toBeNull();
  expect(pathOf(title)).toBeNull();
  expect(pathOf(new Y.Text())).toBeNull();
});
