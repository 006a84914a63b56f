import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import {
  addAction,
  addFunding,
  addGoal,
  moveAction,
  removeAction,
  removeFunding,
  removeGoal,
  restoreAction,
  setAction,
} from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { History } from './history.svelte.ts';

function plan() {
  const doc = new Y.Doc();
  const origin = {};
  const keep = addAction(doc, { title: 'Paliek' });
  const id = addAction(doc, { title: 'Talka', starts: '2025-02-01' });
  const line = addFunding(doc, id, { cents: 1000 }, 'piezīme') ?? '';
  return { doc, origin, keep, id, line, history: new History(doc, origin) };
}

const textOf = (doc: Y.Doc, id: string, name: 'title' | 'body') => planRoots(doc).actions.get(id)?.get(name) as Y.Text;

describe('undo', () => {
  it('brings back an action with everything in it, and what others wrote into it meanwhile', () => {
    const { doc, origin, id, history } = plan();
    const before = readPlan(doc);
    const map = planRoots(doc).actions.get(id);
    history.oneStep(() => removeAction(doc, id, origin));
    expect(readPlan(doc).actions.map(({ title }) => title)).toEqual(['Paliek']);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    textOf(other, id, 'title').insert(5, ' mežā');
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote');
    history.undo();
    expect(readPlan(doc).actions[1]).toEqual({ ...before.actions[1], title: 'Talka mežā' });
    // It is the very same, not a copy.
    expect(planRoots(doc).actions.get(id)).toBe(map);
    history.redo();
    expect(readPlan(doc).actions).toHaveLength(1);
  });

  it('tells what is taken back and done again, by the name that it had when it was done', () => {
    const { doc, origin, id, history } = plan();
    const told: [string, string | null][] = [];
    history.told = ({ way, words }) => told.push([way, words]);
    const step = history.oneStep(() => removeAction(doc, id, origin), undefined, 'Talka izdzēsta');
    history.undo();
    history.redo();
    history.undo();
    expect(told.splice(0)).toEqual([
      ['undo', 'Talka izdzēsta'],
      ['redo', 'Talka izdzēsta'],
      ['undo', 'Talka izdzēsta'],
    ]);
    expect(step.stands).toBe(false);

    // What has no name is known by what changed.
    history.oneStep(() => setAction(doc, id, { starts: '2025-03-01' }, origin));
    let changed: string[] = [];
    history.told = ({ items }) => (changed = [...items]);
    history.undo();
    expect(changed).toEqual([id]);
  });

  it('tells of a step that is taken back when others have followed it', () => {
    const { doc, origin, id, history } = plan();
    const told: (string | null)[] = [];
    history.told = ({ words }) => told.push(words);
    const step = history.oneStep(
      () => removeAction(doc, id, origin),
      () => restoreAction(doc, id, origin),
      'Talka izdzēsta',
    );
    history.oneStep(() => addGoal(doc, 'Mērķis', {}, origin));
    step.takeBack();
    expect(told).toEqual(['Talka izdzēsta']);
  });

  it('takes back that an action was added, with what was typed at once, and redo gives it back', () => {
    const { doc, origin, history } = plan();
    const id = addAction(doc, { title: 'Jauna' }, {}, origin);
    doc.transact(() => textOf(doc, id, 'body').insert(0, 'teksts'), origin);
    const whole = readPlan(doc);
    const map = planRoots(doc).actions.get(id);
    history.undo();
    expect(readPlan(doc).actions.map(({ title }) => title)).toEqual(['Paliek', 'Talka']);
    expect(history.canUndo).toBe(false);
    history.redo();
    expect(readPlan(doc)).toEqual(whole);
    expect(planRoots(doc).actions.get(id)).toBe(map);
  });

  it('goes all the way back and forth through adding, removing, bringing back and removing again', () => {
    const { doc, origin, history } = plan();
    const titles = () => readPlan(doc).actions.map(({ title }) => title);
    let id = '';
    const seen = [titles()];
    const step = (change: () => void) => {
      history.oneStep(change);
      seen.push(titles());
    };
    step(() => (id = addAction(doc, { title: 'Jauna' }, {}, origin)));
    step(() => removeAction(doc, id, origin));
    history.undo();
    seen.pop();
    step(() => doc.transact(() => textOf(doc, id, 'title').insert(0, 'Pavisam '), origin));
    step(() => removeAction(doc, id, origin));
    step(() => restoreAction(doc, id, origin));
    step(() => removeAction(doc, id, origin));
    for (let round = 0; round < 3; round++) {
      for (const expected of seen.slice(0, -1).reverse()) {
        history.undo();
        expect(titles()).toEqual(expected);
      }
      expect(history.canUndo).toBe(false);
      for (const expected of seen.slice(1)) {
        history.redo();
        expect(titles()).toEqual(expected);
      }
      expect(history.canRedo).toBe(false);
    }
  });

  it('brings back goals and funding lines alike; actions stand under their goal again', () => {
    const { doc, origin, id, line, history } = plan();
    const goal = addGoal(doc, 'Mērķis');
    moveAction(doc, id, {}, { goal });
    const before = readPlan(doc);
    history.oneStep(() => removeGoal(doc, goal, origin));
    history.oneStep(() => removeFunding(doc, id, line, origin));
    expect(readPlan(doc).goals).toEqual([]);
    expect(readPlan(doc).actions[1]?.funding).toEqual([]);
    history.undo();
    history.undo();
    expect(readPlan(doc)).toEqual(before);
  });
});

describe('one step', () => {
  it('is taken back by undo while it is the newest', () => {
    const { doc, origin, id, history } = plan();
    const before = readPlan(doc);
    const step = history.oneStep(() => removeAction(doc, id, origin));
    step.takeBack();
    expect(readPlan(doc)).toEqual(before);
    expect(history.canUndo).toBe(false);
  });

  it('is taken back by its opposite later, and what was done since stays', () => {
    const { doc, origin, keep, id, history } = plan();
    const step = history.oneStep(
      () => removeAction(doc, id, origin),
      () => restoreAction(doc, id, origin),
    );
    setAction(doc, keep, { status: 'done' }, origin);
    step.takeBack();
    expect(readPlan(doc).actions.map(({ title, status }) => [title, status])).toEqual([
      ['Paliek', 'done'],
      ['Talka', 'planned'],
    ]);
    history.undo();
    expect(readPlan(doc).actions).toHaveLength(1);
  });

  it('stands until it is taken back, by itself or by undo; redo makes another one', () => {
    const { doc, origin, keep, id, history } = plan();
    const step = history.oneStep(() => removeAction(doc, id, origin));
    const later = history.oneStep(
      () => removeAction(doc, keep, origin),
      () => restoreAction(doc, keep, origin),
    );
    expect([step.stands, later.stands]).toEqual([true, true]);
    history.undo();
    expect([step.stands, later.stands]).toEqual([true, false]);
    history.redo();
    later.takeBack();
    expect(readPlan(doc).actions).toEqual([]);
    step.takeBack();
    expect(step.stands).toBe(false);
  });

  it('that changed nothing takes nothing back', () => {
    const { doc, origin, id, history } = plan();
    history.oneStep(() => setAction(doc, id, { status: 'done' }, origin));
    const step = history.oneStep(() => removeAction(doc, 'nowhere', origin));
    step.takeBack();
    expect(readPlan(doc).actions[1]?.status).toBe('done');
  });
});
