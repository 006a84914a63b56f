import { expect, it } from 'vitest';
import { readPlan } from '#domain/plan/read.ts';
import { addAction, addGoal } from '#domain/plan/edit.ts';
import * as Y from 'yjs';
import { neighboursOf } from './neighbours.ts';

it('goes through the columns of the board, actions without a goal last', () => {
  const doc = new Y.Doc();
  const first = addGoal(doc, 'First');
  const second = addGoal(doc, 'Second');
  const stray = addAction(doc, { title: 'Stray', goal: 'removed-goal' });
  const c = addAction(doc, { title: 'C', goal: second });
  const a = addAction(doc, { title: 'A', goal: first });
  const b = addAction(doc, { title: 'B', goal: first });
  const plan = readPlan(doc);

  const walk: string[] = [];
  for (let at: string | null = a; at !== null; at = neighboursOf(at, plan).next?.id ?? null) walk.push(at);
  expect(walk).toEqual([a, b, c, stray]);
  expect(neighboursOf(a, plan).previous).toBeNull();
  expect(neighboursOf(stray, plan).previous?.id).toBe(c);
  expect(neighboursOf('gone', plan)).toEqual({ previous: null, next: null });
});
