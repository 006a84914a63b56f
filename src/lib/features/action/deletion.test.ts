import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { addAction, addFunding, setAction } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { History } from '#lib/collab/history.svelte.ts';
import { canUndoDeletion, deleteForUndo, undoDeletion } from './deletion.ts';

function plan() {
  const doc = new Y.Doc();
  const origin = {};
  const keep = addAction(doc, { title: 'Stays' });
  const id = addAction(doc, { title: 'Goes', starts: '2025-02-01' });
  addFunding(doc, id, { cents: 1000 }, 'a note');
  return { doc, origin, keep, id, history: new History(doc, origin) };
}

it('brings back the whole action', () => {
  const session = plan();
  const before = readPlan(session.doc);
  deleteForUndo(session, session.id);
  expect(planRoots(session.doc).actions.has(session.id)).toBe(false);
  expect(canUndoDeletion(session, session.id)).toBe(true);
  undoDeletion(session, session.id);
  expect(readPlan(session.doc)).toEqual(before);
  expect(canUndoDeletion(session, session.id)).toBe(false);
});

it('takes back the deletion and not what was done since', () => {
  const session = plan();
  deleteForUndo(session, session.id);
  setAction(session.doc, session.keep, { status: 'done' }, session.origin);
  undoDeletion(session, session.id);
  const { actions } = readPlan(session.doc);
  expect(actions.map(({ title, status }) => [title, status])).toEqual([
    ['Stays', 'done'],
    ['Goes', 'planned'],
  ]);
});

it('offers nothing for an action that somebody else deleted', () => {
  const session = plan();
  planRoots(session.doc).actions.delete(session.id);
  expect(canUndoDeletion(session, session.id)).toBe(false);
});
