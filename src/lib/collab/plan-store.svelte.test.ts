import { afterEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import {
  addAction,
  addFunding,
  addGoal,
  removeAction,
  restoreAction,
  moveAction,
  seedPlan,
  setAction,
  setFunding,
} from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { DESCRIPTIONS_PACE_MS, OTHERS_PACE_MS, PlanStore } from './plan-store.svelte.ts';

function plan(actions = 5) {
  const doc = new Y.Doc();
  seedPlan(doc, 'Plāns 2025');
  const goal = addGoal(doc, 'Viedie ciemi');
  const ids = Array.from({ length: actions }, (_, i) => addAction(doc, { title: `Rīcība ${i}`, goal }));
  return { doc, goal, ids };
}

describe('PlanStore', () => {
  it('shows what the server rendered until it is connected', () => {
    const { doc } = plan();
    const store = new PlanStore(readPlan(doc));
    expect(store.ready).toBe(false);
    expect(store.actions).toHaveLength(5);
    expect(store.title).toBe('Plāns 2025');
  });

  it('keeps the rendered objects on connecting when they say the same', () => {
    const { doc } = plan();
    const initial = readPlan(doc);
    const store = new PlanStore(initial);
    store.connect(doc);
    expect(store.ready).toBe(true);
    expect(store.actions.every((action, i) => action === initial.actions[i])).toBe(true);
  });

  it('reads only the touched items anew, however deep the change is', () => {
    const { doc, ids } = plan();
    const store = new PlanStore(readPlan(doc));
    store.connect(doc);
    const [first = '', second = ''] = ids;
    const before = new Map(store.actions.map((action) => [action.id, action]));

    setAction(doc, first, { status: 'running' });
    const funding = addFunding(doc, second, { cents: 100 }) ?? '';
    setFunding(doc, second, funding, { cents: 200 });
    (planRoots(doc).actions.get(second)?.get('title') as Y.Text).insert(0, 'Jauna ');

    expect(store.action(first)?.status).toBe('running');
    expect(store.action(second)).toMatchObject({ title: 'Jauna Rīcība 1', funding: [{ cents: 200 }] });
    for (const id of ids.slice(2)) expect(store.action(id)).toBe(before.get(id));
  });

  it('lists what was removed, until it is restored', () => {
    const { doc, ids } = plan();
    const [first = '', second = ''] = ids;
    removeAction(doc, second);
    const store = new PlanStore(readPlan(doc));
    expect(store.removedActions).toEqual([]);
    store.connect(doc);
    removeAction(doc, first);
    expect(store.removedActions.map(({ id }) => id)).toEqual([first, second]);
    const before = store.removedActions;
    setAction(doc, ids[2] ?? '', { status: 'running' });
    expect(store.removedActions).toBe(before);
    restoreAction(doc, second);
    expect(store.removedActions.map(({ title }) => title)).toEqual(['Rīcība 0']);
  });

  it('keeps the order of the document through moves, additions and deletions', () => {
    const { doc, ids, goal } = plan(20);
    const store = new PlanStore(readPlan(doc));
    store.connect(doc);
    for (let step = 0; step < 60; step++) {
      const at = (offset: number) => ids[(step * 7 + offset) % ids.length] ?? '';
      if (step % 10 === 9) removeAction(doc, at(0));
      else if (step % 5 === 4) ids.push(addAction(doc, { title: 'Jauna', goal }, { after: at(3) }));
      else moveAction(doc, at(0), { after: step % 3 === 0 ? null : at(5) }, { status: 'done' });
      expect(store.actions).toEqual(readPlan(doc).actions);
    }
  });

  describe('while many people type', () => {
    afterEach(() => {
      vi.useRealTimers();
    });

    function typing() {
      vi.useFakeTimers();
      const { doc, ids } = plan();
      const [first = '', second = ''] = ids;
      const other = new Y.Doc();
      Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
      other.on('update', (update: Uint8Array) => Y.applyUpdate(doc, update));
      const store = new PlanStore(readPlan(doc));
      const letGo = store.connect(doc);
      const type = () => (planRoots(other).actions.get(first)?.get('title') as Y.Text).insert(0, 'a');
      return { doc, store, letGo, type, second, title: () => store.action(first)?.title };
    }

    it('shows the first of their changes at once, and what follows together a moment later', () => {
      const { type, title } = typing();
      type();
      expect(title()).toBe('aRīcība 0');
      type();
      type();
      expect(title()).toBe('aRīcība 0');
      vi.advanceTimersByTime(OTHERS_PACE_MS);
      expect(title()).toBe('aaaRīcība 0');
    });

    it('shows my own change at once, with what waited', () => {
      const { doc, store, type, title, second } = typing();
      type();
      type();
      setAction(doc, second, { status: 'done' });
      expect(store.action(second)?.status).toBe('done');
      expect(title()).toBe('aaRīcība 0');
    });

    it('shows descriptions less often, and at once with anything else that changes', () => {
      const { doc, store, second } = typing();
      const body = planRoots(doc).actions.get(second)?.get('body') as Y.Text;
      const shown = () => store.action(second)?.body;
      body.insert(0, 'a');
      expect(shown()).toBe('a');
      for (let i = 0; i < 3; i++) body.insert(0, 'a');
      vi.advanceTimersByTime(DESCRIPTIONS_PACE_MS - 1);
      expect(shown()).toBe('a');
      vi.advanceTimersByTime(1);
      expect(shown()).toBe('aaaa');
      body.insert(0, 'a');
      setAction(doc, second, { status: 'done' });
      expect(shown()).toBe('aaaaa');
    });

    it('shows nothing any more once it was let go', () => {
      const { type, title, letGo } = typing();
      type();
      type();
      letGo();
      vi.advanceTimersByTime(OTHERS_PACE_MS);
      expect(title()).toBe('aRīcība 0');
    });
  });

  it('lets go', () => {
    const { doc, ids } = plan();
    const store = new PlanStore(readPlan(doc));
    store.connect(doc)();
    setAction(doc, ids[0] ?? '', { status: 'done' });
    expect(store.action(ids[0] ?? '')?.status).toBe('planned');
  });
});
