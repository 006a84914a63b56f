import { expect, test } from 'vitest';
import * as Y from 'yjs';
import {
  addAction,
  addFunding,
  addGoal,
  removeAction,
  removeFunding,
  removeGoal,
  restoreAction,
  seedPlan,
} from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import { applyRepairs, findRepairs, type Repair } from './repair.ts';

// SPEC.md, "Repairs": what passes the gate and is no plan is brought back to its shape.

function plan() {
  const doc = new Y.Doc();
  seedPlan(doc, 'Plāns');
  const goal = addGoal(doc, 'Mērķis');
  const action = addAction(doc, { title: 'Talka', goal });
  const funding = addFunding(doc, action, { cents: 100 }) ?? '';
  return { doc, goal, action, funding };
}

/** The repairs that a change asks for; they are made, and nothing is left to do after them. */
function repairsAfter(doc: Y.Doc, change: () => void): Repair[] {
  let repairs: Repair[] = [];
  doc.once('afterTransaction', (transaction: Y.Transaction) => (repairs = findRepairs(doc, transaction)));
  doc.transact(change);
  const places = (found: readonly Repair[]) => found.map(({ path, to }) => [...path, to]);
  expect(places(findRepairs(doc))).toEqual(places(repairs));
  applyRepairs(doc, repairs);
  expect(findRepairs(doc)).toEqual([]);
  return repairs;
}

function at(doc: Y.Doc, ...path: string[]): Y.Map<unknown> {
  const [root = '', ...keys] = path;
  return keys.reduce((map, key) => map.get(key) as Y.Map<unknown>, doc.getMap<unknown>(root));
}

test('R1: an honest plan needs no repair', () => {
  expect(findRepairs(plan().doc)).toEqual([]);
});

test('R1: nor does one in which items were removed, brought back, undone and redone', () => {
  const { doc, goal, action, funding } = plan();
  const origin = {};
  const history = new Y.UndoManager(
    Object.keys(PLAN_ROOTS).map((root) => doc.getMap(root)),
    { trackedOrigins: new Set([origin]), captureTimeout: 0 },
  );
  const repairs: Repair[] = [];
  doc.on('afterTransaction', (transaction: Y.Transaction) => repairs.push(...findRepairs(doc, transaction)));
  addAction(doc, { title: 'Otra' }, {}, origin);
  removeFunding(doc, action, funding, origin);
  removeAction(doc, action, origin);
  removeGoal(doc, goal, origin);
  restoreAction(doc, action, origin);
  while (history.undo()) expect(findRepairs(doc)).toEqual([]);
  while (history.redo()) expect(findRepairs(doc)).toEqual([]);
  expect(repairs).toEqual([]);
  expect(at(doc, 'actions', action).get('body')).toBeInstanceOf(Y.Text);
});

test.each([
  ['status', 'finished', { to: 'value', value: 'planned' }],
  ['status', 7, { to: 'value', value: 'planned' }],
  ['order', 'a b', { to: 'value', value: 'a0' }],
  ['starts', '2'.repeat(1900), { to: 'nothing' }],
  ['starts', '2025-13-45', { to: 'nothing' }],
  ['starts', '2025-02-31', { to: 'nothing' }],
  ['horizon', true, { to: 'nothing' }],
  ['goal', 'x'.repeat(100), { to: 'nothing' }],
  ['owner', 'anna', { to: 'nothing' }],
  ['removed', 'yes', { to: 'nothing' }],
])('R2: action.%s = %j', (key, value, repair) => {
  const { doc, action } = plan();
  const repairs = repairsAfter(doc, () => at(doc, 'actions', action).set(key, value));
  expect(repairs).toEqual([{ path: ['actions', action, key], ...repair }]);
});

test.each([
  ['cents', -1],
  ['cents', 0.5],
  ['cents', NaN],
  ['hours', Infinity],
  ['funder', 'x'.repeat(500)],
])('R2: funding.%s = %j is removed', (key, value) => {
  const { doc, action, funding } = plan();
  const repairs = repairsAfter(doc, () => at(doc, 'actions', action, 'funding', funding).set(key, value));
  expect(repairs).toEqual([{ path: ['actions', action, 'funding', funding, key], to: 'nothing' }]);
});

test('R3: a map or a value in place of a text gives way to a text', () => {
  const { doc, action } = plan();
  const repairs = repairsAfter(doc, () => {
    at(doc, 'actions', action).set('title', new Y.Map([['x', 1]]));
    at(doc, 'actions', action).set('body', 'plain');
    at(doc, 'actions', action).delete('funding');
  });
  expect(repairs.map(({ path, to }) => [path.at(-1), to])).toEqual([
    ['title', 'text'],
    ['body', 'text'],
    ['funding', 'map'],
  ]);
  expect(readPlan(doc).actions[0]).toMatchObject({ title: '', body: '', funding: [] });
});

test('R4: entries that are no items are removed, new items are checked in full', () => {
  const { doc, action } = plan();
  const repairs = repairsAfter(doc, () => {
    at(doc, 'goals').set('flat', 'text');
    at(doc, 'goals').set('bare', new Y.Map([['order', 5]]));
    at(doc, 'actions', action, 'partners').set('org', 'yes');
    at(doc, 'actions', action, 'indicators').set('one', new Y.Text('?'));
  });
  expect(repairs).toEqual([
    { path: ['goals', 'flat'], to: 'nothing' },
    { path: ['goals', 'bare', 'title'], to: 'text' },
    { path: ['goals', 'bare', 'body'], to: 'text' },
    { path: ['goals', 'bare', 'order'], to: 'value', value: 'a0' },
    { path: ['actions', action, 'partners', 'org'], to: 'nothing' },
    { path: ['actions', action, 'indicators', 'one'], to: 'nothing' },
  ]);
});

test('R5: a text of absurd length loses the end of what made it so, between characters; HTML stays as text', () => {
  const { doc, action, goal } = plan();
  const title = at(doc, 'actions', action).get('title') as Y.Text;
  const html = '<script>alert(1)</script>';
  const repairs = repairsAfter(doc, () => {
    title.insert(3, 'x'.repeat(1994) + '😀' + 'y'.repeat(100_000));
    (at(doc, 'goals', goal).get('title') as Y.Text).insert(0, html);
  });
  expect(repairs).toMatchObject([{ path: ['actions', action, 'title'], to: 'less' }]);
  expect(title.toString()).toBe(`Tal${'x'.repeat(1994)}ka`);
  expect(readPlan(doc).goals[0]?.title).toBe(`${html}Mērķis`);
});

test('R5: nothing that others wrote goes, however many pieces came in', () => {
  const { doc, action } = plan();
  const title = at(doc, 'actions', action).get('title') as Y.Text;
  repairsAfter(doc, () => {
    title.insert(0, 'a'.repeat(1000));
    title.insert(1002, 'b'.repeat(1000));
    title.insert(title.length, 'c'.repeat(1000));
  });
  expect(title.toString()).toBe(`${'a'.repeat(1000)}Ta${'b'.repeat(995)}lka`);
});

test('R5: a text that was too long before loses what came in, and not more', () => {
  const { doc, action } = plan();
  const title = at(doc, 'actions', action).get('title') as Y.Text;
  title.insert(5, 'y'.repeat(5000));
  let repairs: Repair[] = [];
  doc.once('afterTransaction', (transaction: Y.Transaction) => (repairs = findRepairs(doc, transaction)));
  title.insert(0, 'xx');
  applyRepairs(doc, repairs);
  expect(title.toString()).toBe(`Talka${'y'.repeat(5000)}`);
});

test('R6: deleted items are left alone', () => {
  const { doc, action } = plan();
  const repairs = repairsAfter(doc, () => {
    at(doc, 'actions', action).set('status', 'x');
    doc.getMap('actions').delete(action);
  });
  expect(repairs).toEqual([]);
});
