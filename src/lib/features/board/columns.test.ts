import * as Y from 'yjs';
import { describe, expect, test } from 'vitest';
import { addAction, addGoal, moveAction, removeGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { fieldsOf, groupActions, NO_GOAL, placeIn, type Column } from './columns.ts';

function samplePlan() {
  const doc = new Y.Doc();
  const [first, second] = [addGoal(doc, 'Iesaiste'), addGoal(doc, 'Izaugsme')];
  // In turns, so that neighbours in a column are not neighbours in the plan.
  for (const title of ['A1', 'B1', 'A2', 'B2', 'A3', 'B3'])
    addAction(doc, { title, goal: title.startsWith('A') ? first : second });
  const columns = () => {
    const plan = readPlan(doc);
    return groupActions(plan.goals, plan.actions, 'goal');
  };
  const move = (title: string, to: number, index: number) => {
    const { actions } = readPlan(doc);
    const id = actions.find((action) => action.title === title)?.id ?? '';
    const column = columns()[to] as Column;
    moveAction(doc, id, placeIn(actions, column.actions, index, id), fieldsOf(column));
  };
  return { doc, first, second, columns, move };
}

const titles = (columns: Column[]) => columns.map((column) => column.actions.map((action) => action.title).join(' '));

describe('moving a card', () => {
  test.each([
    ['A3', 0, 0, ['A3 A1 A2', 'B1 B2 B3']],
    ['A1', 0, 2, ['A2 A3 A1', 'B1 B2 B3']],
    ['A2', 0, 1, ['A1 A2 A3', 'B1 B2 B3']],
    ['A1', 1, 0, ['A2 A3', 'A1 B1 B2 B3']],
    ['A1', 1, 2, ['A2 A3', 'B1 B2 A1 B3']],
    ['A1', 1, 3, ['A2 A3', 'B1 B2 B3 A1']],
    ['B1', 0, 99, ['A1 A2 A3 B1', 'B2 B3']],
  ] as const)('%s to column %i, place %i', (title, column, index, expected) => {
    const plan = samplePlan();
    plan.move(title, column, index);
    expect(titles(plan.columns())).toEqual(expected);
  });

  test('into an empty column keeps its place in the plan', () => {
    const plan = samplePlan();
    addGoal(plan.doc, 'Jauns');
    plan.move('B2', 2, 0);
    expect(titles(plan.columns())).toEqual(['A1 A2 A3', 'B1 B3', 'B2']);
    expect(readPlan(plan.doc).actions.map((action) => action.title)).toEqual(['A1', 'B1', 'A2', 'B2', 'A3', 'B3']);
  });
});

describe('grouping', () => {
  test('actions of a deleted goal lie in a column of their own, which is there only for them', () => {
    const plan = samplePlan();
    expect(plan.columns().map((column) => column.key)).toEqual([plan.first, plan.second]);
    removeGoal(plan.doc, plan.first);
    expect(plan.columns().map((column) => column.key)).toEqual([plan.second, NO_GOAL]);
    expect(titles(plan.columns())).toEqual(['B1 B2 B3', 'A1 A2 A3']);
  });

  test('by status there is a column for each, filled or not', () => {
    const { doc } = samplePlan();
    const plan = readPlan(doc);
    const columns = groupActions(plan.goals, plan.actions, 'status', (action) => action.title.startsWith('A'));
    expect(columns.map((column) => [column.key, column.actions.length, column.total])).toEqual([
      ['planned', 3, 6],
      ['running', 0, 0],
      ['done', 0, 0],
      ['postponed', 0, 0],
      ['cancelled', 0, 0],
    ]);
  });
});
