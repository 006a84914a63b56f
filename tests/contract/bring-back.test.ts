import { expect, test } from 'vitest';
import * as Y from 'yjs';
import {
  addAction,
  addFunding,
  removeAction,
  removeFunding,
  removeGoal,
  setAction,
  setFunding,
  setOrganisation,
} from '#domain/plan/edit.ts';
import { planRoots, readPlan, type ItemMap } from '#domain/plan/read.ts';
import { actionMap, actionText, authorOfField, look, stateOf, words } from '../support/plan-authors.ts';
import { COORDINATOR, startWithSharedAction } from '../support/shared-action.ts';

// SPEC.md, "What the server brings back".

async function start() {
  const { engine, anna, juris, goal, action } = await startWithSharedAction();
  actionText(anna.doc, action, 'body').insert(0, 'Savākt visus atkritumus');
  setOrganisation(anna.doc, action, 'partners', 'biedriba', true);
  const funding = addFunding(anna.doc, action, { cents: 20000 }, 'Maisi') ?? '';
  await anna.saved();
  const bringBack = (past: Y.Doc, ...path: string[]) =>
    engine.documents.bringBack(engine.documentId, COORDINATOR, past, path);
  return { engine, anna, juris, goal, action, funding, bringBack };
}

/** The ids of all surviving characters. */
function idsOf(text: Y.Text): string[] {
  const ids: string[] = [];
  for (let item = text._start; item; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    for (let i = 0; i < item.length; i++) ids.push(`${item.id.client}:${item.id.clock + i}`);
  }
  return ids;
}

test('B1, B2: what was deleted comes back to its authors, what was added goes, and what lives stays the very same', async () => {
  const { engine, juris, action, bringBack } = await start();
  const past = await stateOf(engine);
  const title = actionText(juris.doc, action, 'title');
  const ids = idsOf(title);
  title.delete(2, 5);
  title.insert(2, 'XY');
  title.insert(0, '“');
  title.format(0, 3, { bold: true });
  await juris.saved();
  await bringBack(past, 'actions', action, 'title');
  await look(engine, (doc, index) => {
    const restored = actionText(doc, action, 'title');
    expect(words(restored, index)).toEqual([
      ['Talka', 'anna'],
      [' ciemā', 'juris'],
    ]);
    expect(restored.toDelta()).toEqual([{ insert: 'Talka ciemā' }]);
    const now = idsOf(restored);
    expect(now.slice(0, 2)).toEqual(ids.slice(0, 2));
    expect(now.slice(7)).toEqual(ids.slice(7));
  });
  const row = engine.db.sqlite
    .prepare('SELECT kind, actor_id, organisation_id FROM ledger ORDER BY seq DESC LIMIT 1')
    .get();
  expect(row).toEqual({ kind: 'restore', actor_id: 'aija', organisation_id: 'partneriba' });
  expect([...(await engine.documents.contributors(engine.documentId))].sort()).toEqual(['anna', 'juris']);
});

test('B2: formatting comes back, and text that kept its place is not written again', async () => {
  const { engine, juris, action, bringBack } = await start();
  const body = actionText(juris.doc, action, 'body');
  body.format(7, 5, { italic: true });
  body.format(23, 1, { block: 'bullet' });
  await juris.saved();
  const past = await stateOf(engine);
  const ids = idsOf(body);
  body.format(0, 10, { bold: true, italic: null });
  body.format(23, 1, { block: 'heading1' });
  await juris.saved();
  await bringBack(past, 'actions', action, 'body');
  await look(engine, (doc) => {
    expect(actionText(doc, action, 'body').toDelta()).toEqual(actionText(past, action, 'body').toDelta());
    expect(idsOf(actionText(doc, action, 'body'))).toEqual(ids);
  });
});

test('B2: text that undo brought back since stays as it is; a state that was brought back can be left again', async () => {
  const { engine, juris, action, bringBack } = await start();
  const past = await stateOf(engine);
  const title = actionText(juris.doc, action, 'title');
  const undo = new Y.UndoManager(title, { trackedOrigins: new Set(['juris']) });
  juris.doc.transact(() => title.delete(0, 5), 'juris');
  undo.undo();
  await juris.saved();
  const ids = await look(engine, (doc) => idsOf(actionText(doc, action, 'title')));
  await bringBack(past, 'actions', action, 'title');
  expect(await look(engine, (doc) => idsOf(actionText(doc, action, 'title')))).toEqual(ids);

  title.delete(0, 6);
  title.insert(0, 'Svētki ');
  await juris.saved();
  const later = await stateOf(engine);
  await bringBack(past);
  await bringBack(later);
  await bringBack(past);
  await bringBack(later);
  expect(await look(engine, (doc, index) => words(actionText(doc, action, 'title'), index))).toEqual([
    ['Svētki ciemā', 'juris'],
  ]);
});

test('B3: fields and organisations are set only where they differ, and are whoever’s they were', async () => {
  const { engine, juris, goal, action, funding, bringBack } = await start();
  const past = await stateOf(engine);
  setAction(juris.doc, action, { status: 'done', starts: null, ends: '2025-05-01', goal: null });
  setOrganisation(juris.doc, action, 'partners', 'biedriba', false);
  setOrganisation(juris.doc, action, 'partners', 'skola', true);
  setFunding(juris.doc, action, funding, { cents: 1, source: 'eu' });
  await juris.saved();
  const order = await look(engine, (doc) => actionMap(doc, action)._map.get('order')?.id);
  await bringBack(past, 'actions', action);
  await look(engine, (doc, index) => {
    expect(readPlan(doc)).toEqual(readPlan(past));
    const map = actionMap(doc, action);
    for (const name of ['status', 'starts', 'goal']) expect(authorOfField(map, name, index)).toBe('anna');
    expect(authorOfField(map.get('partners') as ItemMap, 'biedriba', index)).toBe('anna');
    const line = (map.get('funding') as Y.Map<ItemMap>).get(funding);
    expect(line && authorOfField(line, 'cents', index)).toBe('anna');
    expect(map.get('goal')).toBe(goal);
    expect(map._map.get('order')?.id).toEqual(order);
  });
});

test('B4: what was removed comes back as the very same, and what was added since is removed', async () => {
  const { engine, anna, juris, goal, action, funding, bringBack } = await start();
  const past = await stateOf(engine);
  const ids = await look(engine, (doc) => idsOf(actionText(doc, action, 'title')));
  removeFunding(juris.doc, action, funding);
  const added = addFunding(juris.doc, action, { cents: 5 }, 'Cits') ?? '';
  removeAction(juris.doc, action);
  removeGoal(juris.doc, goal);
  const other = addAction(juris.doc, { title: 'Cita rīcība' });
  await juris.saved();
  await bringBack(past);
  await look(engine, (doc) => {
    expect(readPlan(doc)).toEqual(readPlan(past));
    expect(idsOf(actionText(doc, action, 'title'))).toEqual(ids);
    expect(actionMap(doc, other).get('removed')).toBe(true);
    expect((actionMap(doc, action).get('funding') as Y.Map<ItemMap>).get(added)?.get('removed')).toBe(true);
  });
  // Its author can go on with it as ever.
  actionText(anna.doc, action, 'title').insert(0, 'Lielā ');
  await anna.saved();
  expect(await look(engine, (doc) => actionText(doc, action, 'title').toString())).toBe('Lielā Talka ciemā');
});

test('B4: an item whose map a program deleted is written again, as its authors’', async () => {
  const { engine, juris, action, bringBack } = await start();
  const past = await stateOf(engine);
  planRoots(juris.doc).actions.delete(action);
  await juris.saved();
  await bringBack(past, 'actions', action);
  await look(engine, (doc, index) => {
    expect({ ...readPlan(doc).actions[0], funding: [] }).toEqual({ ...readPlan(past).actions[0], funding: [] });
    expect(words(actionText(doc, action, 'title'), index)).toEqual([
      ['Talka', 'anna'],
      [' ciemā', 'juris'],
    ]);
  });
});

test('B1: people undo their own edits after something was brought back as before', async () => {
  const { engine, juris, action, bringBack } = await start();
  const past = await stateOf(engine);
  const title = actionText(juris.doc, action, 'title');
  const undo = new Y.UndoManager(planRoots(juris.doc).actions, {
    trackedOrigins: new Set(['juris']),
    captureTimeout: 0,
  });
  setAction(juris.doc, action, { status: 'done' }, 'juris');
  juris.doc.transact(() => title.insert(11, ' šodien'), 'juris');
  await juris.saved();
  await bringBack(past, 'actions', action, 'title');
  juris.doc.transact(() => title.insert(0, 'Mana '), 'juris');
  undo.undo();
  expect(title.toString()).toBe('Talka ciemā');
  undo.undo();
  undo.undo();
  expect(actionMap(juris.doc, action).get('status')).toBe('running');
  expect(title.toString()).toBe('Talka ciemā');
  await juris.saved();
  await look(engine, (doc, index) => {
    expect(authorOfField(actionMap(doc, action), 'status', index)).toBe('anna');
    expect(words(actionText(doc, action, 'title'), index)).toEqual([
      ['Talka', 'anna'],
      [' ciemā', 'juris'],
    ]);
  });
});

test('B1: there must be something to bring back; a past of nothing changes nothing', async () => {
  const { engine, juris, action, bringBack } = await start();
  const past = await stateOf(engine);
  await expect(bringBack(past, 'actions', 'nothing')).rejects.toThrow('nothing to bring back');
  await expect(bringBack(past, 'others')).rejects.toThrow('nothing to bring back');
  const seq = () => engine.db.sqlite.prepare('SELECT max(seq) AS seq FROM ledger').get();
  const before = seq();
  await bringBack(past);
  expect(seq()).toEqual(before);
  // Nobody had to load it anew.
  actionText(juris.doc, action, 'title').insert(0, 'a');
  await juris.saved();
});
