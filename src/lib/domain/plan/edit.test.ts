import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import * as edit from './edit.ts';
import { planRoots, readPlan } from './read.ts';

function plan() {
  const doc = new Y.Doc();
  const goal = edit.addGoal(doc, 'Mērķis');
  const first = edit.addAction(doc, { title: 'Pirmā', goal });
  const second = edit.addAction(doc, { title: 'Otrā', goal });
  const line = edit.addFunding(doc, first, { cents: 100 }, 'piezīme') ?? '';
  const indicator = edit.addIndicator(doc, first, 'Talkas', { target: 3 }) ?? '';
  return { doc, goal, first, second, line, indicator };
}

const titles = (doc: Y.Doc) => readPlan(doc).actions.map(({ title }) => title);

describe('a removed item', () => {
  test('is not shown, and comes back as it was', () => {
    const { doc, goal, first, line, indicator } = plan();
    const before = readPlan(doc);
    edit.removeFunding(doc, first, line);
    edit.removeIndicator(doc, first, indicator);
    expect(readPlan(doc).actions[0]).toMatchObject({ funding: [], indicators: [] });
    edit.removeAction(doc, first);
    edit.removeGoal(doc, goal);
    expect(readPlan(doc)).toMatchObject({ goals: [], actions: [{ title: 'Otrā', goal }] });
    edit.restoreAction(doc, first);
    edit.restoreGoal(doc, goal);
    expect(readPlan(doc)).toEqual({
      ...before,
      actions: [{ ...before.actions[0], funding: [], indicators: [] }, before.actions[1]],
    });
  });

  test('is not written in: a command about it does what it does about one that never was', () => {
    const { doc, goal, first, line, indicator } = plan();
    const commands = (part: { goal: string; action: string; line: string; indicator: string }) => {
      edit.moveGoal(doc, part.goal, {});
      edit.removeGoal(doc, part.goal);
      edit.setAction(doc, part.action, { status: 'done' });
      edit.moveAction(doc, part.action, { after: null }, { goal: null });
      edit.setOrganisation(doc, part.action, 'partners', 'o1', true);
      edit.removeAction(doc, part.action);
      edit.setFunding(doc, part.action, part.line, { cents: 5 });
      edit.setIndicator(doc, part.action, part.indicator, { target: 5 });
      edit.removeFunding(doc, part.action, part.line);
      edit.removeIndicator(doc, part.action, part.indicator);
      expect(edit.addFunding(doc, part.action, {})).toBeNull();
      expect(edit.addIndicator(doc, part.action, 'x')).toBeNull();
    };
    edit.removeFunding(doc, first, line);
    edit.removeIndicator(doc, first, indicator);
    edit.setFunding(doc, first, line, { cents: 5 });
    edit.setIndicator(doc, first, indicator, { target: 5 });
    edit.removeAction(doc, first);
    edit.removeGoal(doc, goal);
    const state = Y.encodeStateAsUpdate(doc);
    commands({ goal, action: first, line, indicator });
    commands({ goal: 'none', action: 'none', line: 'none', indicator: 'none' });
    edit.restoreAction(doc, 'none');
    edit.restoreGoal(doc, 'none');
    expect(Y.encodeStateAsUpdate(doc)).toEqual(state);
  });

  test('is no neighbour: others are placed among those that are there', () => {
    const { doc, first, second } = plan();
    edit.removeAction(doc, second);
    edit.addAction(doc, { title: 'Trešā' }, { after: first });
    edit.restoreAction(doc, second);
    edit.addAction(doc, { title: 'Ceturtā' });
    expect(titles(doc).slice(-1)).toEqual(['Ceturtā']);
    expect(titles(doc)[0]).toBe('Pirmā');
  });
});

test('others see an item that is added when it is whole, and never before', () => {
  const { doc } = plan();
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  const seen: string[][] = [];
  doc.on('update', (update: Uint8Array) => {
    Y.applyUpdate(other, update);
    seen.push(titles(other));
  });
  edit.addAction(doc, { title: 'Jauna' });
  expect(seen).toEqual([
    ['Pirmā', 'Otrā'],
    ['Pirmā', 'Otrā', 'Jauna'],
  ]);
});

test('an item cannot be added inside a transaction: undo of that would delete its map', () => {
  const { doc } = plan();
  expect(() => doc.transact(() => edit.addGoal(doc, 'Nē'))).toThrow('transactions of its own');
  expect(planRoots(doc).goals.size).toBe(1);
});
