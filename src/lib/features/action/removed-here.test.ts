import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { addAction, removeAction, restoreAction } from '#domain/plan/edit.ts';
import { History } from '#lib/collab/history.svelte.ts';
import { isRemovedHere } from './removed-here.ts';

const sync = (from: Y.Doc, to: Y.Doc) => Y.applyUpdate(to, Y.encodeStateAsUpdate(from), 'remote');

it('tells an action that I removed from one that somebody else removed, and from one that is there', () => {
  const [mine, other] = [new Y.Doc(), new Y.Doc()];
  const id = addAction(mine, { title: 'Talka' });
  expect(isRemovedHere(mine, id)).toBe(false);
  removeAction(mine, id);
  expect(isRemovedHere(mine, id)).toBe(true);
  sync(mine, other);
  expect(isRemovedHere(other, id)).toBe(false);
  restoreAction(other, id);
  removeAction(other, id);
  sync(other, mine);
  expect(isRemovedHere(mine, id)).toBe(false);
  expect(isRemovedHere(mine, 'nowhere')).toBe(false);
});

it('also by redo, or by taking back that I added it', () => {
  const doc = new Y.Doc();
  const origin = {};
  const history = new History(doc, origin);
  let id = '';
  history.oneStep(() => (id = addAction(doc, { title: 'Talka' }, {}, origin)));
  history.undo();
  expect(isRemovedHere(doc, id)).toBe(true);
  history.redo();
  expect(isRemovedHere(doc, id)).toBe(false);
  history.oneStep(() => removeAction(doc, id, origin));
  history.undo();
  history.redo();
  expect(isRemovedHere(doc, id)).toBe(true);
});
