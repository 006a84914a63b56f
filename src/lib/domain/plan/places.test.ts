import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import * as Y from 'yjs';
import { Random } from '#tests/support/random.ts';
import * as edit from './edit.ts';
import { planRoots, readPlan } from './read.ts';
import { GOAL_FIELDS } from './schema.ts';

// Whoever puts a card somewhere finds it there, whatever keys stand around it.

function goals(orders: readonly string[]) {
  const doc = new Y.Doc();
  for (const [i, order] of orders.entries())
    planRoots(doc)
      .goals.get(edit.addGoal(doc, `${i}`))
      ?.set('order', order);
  return doc;
}

const titles = (doc: Y.Doc) => readPlan(doc).goals.map(({ title }) => title);
const ids = (doc: Y.Doc) => readPlan(doc).goals.map(({ id }) => id);
const orders = (doc: Y.Doc) => Array.from(planRoots(doc).goals.values(), (goal) => goal.get('order'));

/** Puts a goal everywhere, from outside and from every other place, and looks where it is. */
function expectEveryPlace(keys: readonly string[]): void {
  for (let at = 0; at <= keys.length; at++) {
    const doc = goals(keys);
    const before = ids(doc);
    const added = edit.addGoal(doc, 'jauns', at === keys.length ? {} : { after: before[at - 1] ?? null });
    expect(ids(doc)).toEqual(before.toSpliced(at, 0, added));
    expect(orders(doc).filter((order) => !v.is(GOAL_FIELDS.order, order))).toEqual([]);
  }
  for (let from = 0; from < keys.length; from++) {
    for (let at = 0; at < keys.length; at++) {
      const doc = goals(keys);
      const moved = ids(doc)[from] ?? '';
      const others = ids(doc).toSpliced(from, 1);
      edit.moveGoal(doc, moved, at === others.length ? {} : { after: others[at - 1] ?? null });
      expect(ids(doc)).toEqual(others.toSpliced(at, 0, moved));
      expect(orders(doc).filter((order) => !v.is(GOAL_FIELDS.order, order))).toEqual([]);
    }
  }
}

describe('a card lands where it was put', () => {
  test.each([
    ['a key that leaves no room behind it', ['a0', 'a1', 'z'.repeat(199)]],
    ['several of them', ['a1', 'z'.repeat(199), 'z'.repeat(200), 'z'.repeat(198)]],
    ['keys that leave no room between them', [`a0${'0'.repeat(197)}1`, `a0${'0'.repeat(197)}2`, 'a1']],
    ['a key that leaves no room before it', [`A${'0'.repeat(198)}1`, `A${'0'.repeat(197)}1`, 'a1']],
    ['the very first key', [`A${'0'.repeat(26)}`, 'a0']],
    ['keys that are no fractional index', ['5', 'zzz', 'a0', 'b', 'a00', 'zz']],
    ['equal keys', ['a0', 'a0', 'a0', 'a0V', 'a1', 'a1', 'a2']],
    ['no card', []],
  ])('beside %s', (_, keys) => expectEveryPlace(keys));

  test('also where somebody puts a thousand at one place', () => {
    const doc = goals(['a0', 'a1']);
    const [first = ''] = ids(doc);
    const last = Array.from({ length: 1_000 }, (_, i) => edit.addGoal(doc, `${i}`, { after: first })).at(-1);
    expect(ids(doc).slice(0, 2)).toEqual([first, last]);
    expect(titles(doc).slice(1, -1).map(Number)).toEqual(Array.from({ length: 1_000 }, (_, i) => 999 - i));
    expect(orders(doc).filter((order) => !v.is(GOAL_FIELDS.order, order))).toEqual([]);
  });

  test('beside random keys', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    process.stdout.write(`places: seed ${seed}\n`);
    const random = new Random(seed);
    for (let round = 0; round < 40; round++) {
      expectEveryPlace(
        Array.from({ length: 1 + random.below(6) }, () => {
          const length = random.pick([1, 2, 3, 27, 28, 120, 199, 200]);
          return (random.pick(['a', 'A', 'z', '']) + random.pick(['z', '0', 'a0', '0zV']).repeat(length)).slice(
            0,
            length,
          );
        }),
      );
    }
  });
});

test('only the cards around a place are given new keys, and keep them when adding one is undone', () => {
  const doc = goals(['a0', 'a1', 'a2', 'a3', 'z'.repeat(199)]);
  const before = ids(doc);
  const origin = {};
  const undo = new Y.UndoManager(planRoots(doc).goals, { trackedOrigins: new Set([origin]) });
  edit.addGoal(doc, 'beigās', {}, origin);
  expect(titles(doc).at(-1)).toBe('beigās');
  expect(orders(doc).slice(0, 4)).toEqual(['a0', 'a1', 'a2', 'a3']);
  undo.undo();
  expect(ids(doc)).toEqual(before);
});

test('a goal that is not there makes nobody move', () => {
  const doc = goals(['a0', 'z'.repeat(199)]);
  const state = Y.encodeStateAsUpdate(doc);
  edit.moveGoal(doc, 'none', {});
  edit.moveAction(doc, 'none', {}, { status: 'done' });
  expect(Y.encodeStateAsUpdate(doc)).toEqual(state);
});
