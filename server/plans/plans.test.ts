import { expect, test } from 'vitest';
import * as Y from 'yjs';
import * as edit from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { startEngine, until, type TestEngine } from '#tests/support/engine.ts';
import { participation } from '../db/schema.ts';
import type { LocalWriter } from '../documents/documents.ts';
import { createPlans } from './plans.ts';

const join = (engine: TestEngine, personId: string): Promise<LocalWriter> =>
  engine.documents.join(engine.documentId, { personId, organisationId: `organisation of ${personId}` });

function bodyOf(doc: Y.Doc, action: string): Y.Text {
  const body = planRoots(doc).actions.get(action)?.get('body');
  if (!(body instanceof Y.Text)) throw new Error('no body');
  return body;
}

async function settle(...writers: LocalWriter[]): Promise<void> {
  for (const writer of writers) await writer.saved();
}

test('whoever only read, deleted, removed, brought back or undid is no contributor', async () => {
  const engine = await startEngine();
  const [anna, juris, ilze] = [await join(engine, 'anna'), await join(engine, 'juris'), await join(engine, 'ilze')];
  const action = edit.addAction(anna.doc, { title: 'Talka' });
  bodyOf(anna.doc, action).insert(0, 'Visi kopā sakopj mežu un taku. Pēc tam ir zupa.');
  await settle(anna, juris, ilze);

  // Juris takes a sentence out and brings it back; Ilze deletes one.
  const body = bodyOf(juris.doc, action);
  const undo = new Y.UndoManager(body, { trackedOrigins: new Set(['hand']), captureTimeout: 0 });
  juris.doc.transact(() => body.delete(0, 30), 'hand');
  undo.undo();
  await settle(juris);
  bodyOf(ilze.doc, action).delete(30, 5);
  // And each of them removes the action; one of them brings it back.
  edit.removeAction(juris.doc, action);
  edit.restoreAction(juris.doc, action);
  await settle(juris);
  edit.removeAction(ilze.doc, action);
  await settle(ilze);
  edit.restoreAction(anna.doc, action);
  await settle(anna);

  const plans = createPlans({ db: engine.db, documents: engine.documents });
  const before = await plans.authorship(engine.documentId);
  expect([...(before?.ladder.contributors ?? [])]).toEqual(['anna']);
  expect(before?.people.map((total) => total.person)).toEqual(['anna']);

  // The next question reads only what is new.
  bodyOf(ilze.doc, action).insert(0, 'Jā! ');
  await settle(ilze);
  const after = await plans.authorship(engine.documentId);
  expect([...(after?.ladder.contributors ?? [])].sort()).toEqual(['anna', 'ilze']);
  for (const writer of [anna, juris, ilze]) await writer.close();
});

test('whoever opened the plan is a participant; thresholds are those of the workspace', async () => {
  const engine = await startEngine();
  engine.db.sqlite.prepare('UPDATE workspace SET co_author_share = 0.9, co_author_characters = 1000').run();
  engine.people.set('reader');
  engine.db.orm
    .insert(participation)
    .values({ documentId: engine.documentId, personId: 'reader', organisationId: null, openedAt: 0 })
    .run();
  const [anna, juris] = [await join(engine, 'anna'), await join(engine, 'juris')];
  const action = edit.addAction(anna.doc, { title: 'x'.repeat(30) });
  await settle(anna, juris);
  bodyOf(juris.doc, action).insert(0, 'y'.repeat(70));
  await settle(juris);

  const report = await createPlans({ db: engine.db, documents: engine.documents }).authorship(engine.documentId);
  expect(report?.thresholds).toEqual({ share: 0.9, characters: 1000 });
  expect([...(report?.ladder.participants ?? [])].sort()).toEqual(['anna', 'juris', 'reader']);
  expect(report?.ladder.coAuthors.size).toBe(0);
  expect(report?.ladder.rate).toBe(0);
  for (const writer of [anna, juris]) await writer.close();
});

test('who wrote a plan is counted again when somebody has written, and not before', async () => {
  const engine = await startEngine();
  const anna = await join(engine, 'anna');
  const action = edit.addAction(anna.doc, { title: 'Talka' });
  await settle(anna);
  const plans = createPlans({ db: engine.db, documents: engine.documents });
  const first = await plans.authorship(engine.documentId);
  expect(first?.people).toMatchObject([{ person: 'anna', characters: 5 }]);

  // Somebody who only opens the plan is a participant at once, without anything being counted.
  engine.people.set('reader');
  engine.connect('reader');
  await until(() => engine.db.sqlite.prepare(`SELECT 1 FROM claim WHERE person_id = 'reader'`).get() !== undefined);
  const opened = await plans.authorship(engine.documentId);
  expect([...(opened?.ladder.participants ?? [])].sort()).toEqual(['anna', 'reader']);
  expect(opened?.actions).toBe(first?.actions);

  bodyOf(anna.doc, action).insert(0, 'Visi kopā');
  await settle(anna);
  expect((await plans.authorship(engine.documentId))?.people).toMatchObject([{ person: 'anna', characters: 13 }]);
  await anna.close();
});

test('another threshold counts at once, though nobody has written', async () => {
  const engine = await startEngine();
  const anna = await join(engine, 'anna');
  edit.addAction(anna.doc, { title: 'Talka' });
  await settle(anna);
  const plans = createPlans({ db: engine.db, documents: engine.documents });
  expect((await plans.authorship(engine.documentId))?.ladder.coAuthors.size).toBe(1);
  engine.db.sqlite.prepare('UPDATE workspace SET co_author_share = 2, co_author_characters = 1000').run();
  expect((await plans.authorship(engine.documentId))?.ladder.coAuthors.size).toBe(0);
  await anna.close();
});

test('actions stand in the order of the plan, those without a goal last', async () => {
  const engine = await startEngine();
  const anna = await join(engine, 'anna');
  const second = edit.addGoal(anna.doc, 'Otrais');
  const first = edit.addGoal(anna.doc, 'Pirmais', { after: null });
  for (const [title, goal] of [
    ['c', null],
    ['b', second],
    ['a', first],
  ] as const)
    edit.addAction(anna.doc, { title, goal });
  await settle(anna);
  const report = await createPlans({ db: engine.db, documents: engine.documents }).authorship(engine.documentId);
  expect(report?.actions.map((action) => action.title)).toEqual(['a', 'b', 'c']);
  await anna.close();
});

test('the words of a person or an organisation, in one action, outside actions, or everywhere', async () => {
  const engine = await startEngine();
  const [anna, juris] = [await join(engine, 'anna'), await join(engine, 'juris')];
  edit.addGoal(anna.doc, 'Mērķis');
  const shared = edit.addAction(anna.doc, { title: 'Kopīga' });
  const own = edit.addAction(anna.doc, { title: 'Sava' });
  await settle(anna, juris);
  bodyOf(juris.doc, shared).insert(0, 'Jura vārdi');
  await settle(juris);

  const { words } = createPlans({ db: engine.db, documents: engine.documents });
  const places = async (query: Parameters<typeof words>[1]) =>
    (await words(engine.documentId, query))?.flatMap(({ action, passages }) =>
      passages.map((passage) => [
        action?.title ?? null,
        passage.place,
        passage.parts.map((part) => part.text).join('|'),
      ]),
    );
  expect(await places({ by: { person: 'juris' }, in: null })).toEqual([['Kopīga', 'body', 'Jura vārdi|\n']]);
  expect(await places({ by: { organisation: 'organisation of anna' }, in: own })).toEqual([['Sava', 'title', 'Sava']]);
  expect(await places({ by: { person: 'anna' }, in: 'frame' })).toEqual([[null, 'goal-title', 'Mērķis']]);
  expect(await places({ by: { person: 'anna' }, in: null })).toEqual([
    ['Kopīga', 'title', 'Kopīga'],
    ['Sava', 'title', 'Sava'],
    [null, 'goal-title', 'Mērķis'],
  ]);
  expect(await places({ by: { organisation: null }, in: null })).toEqual([]);
  for (const writer of [anna, juris]) await writer.close();
});

test('a workspace has one plan a year: whoever is second to create it gets the same one', async () => {
  const engine = await startEngine();
  const plan = { workspaceId: 'workspace', year: 2026, title: 'Plāns' };
  const [first, second] = await Promise.all([engine.documents.createPlan(plan), engine.documents.createPlan(plan)]);
  expect(second).toBe(first);
  expect(await engine.documents.createPlan({ ...plan, year: 2027 })).not.toBe(first);
});

test('of a plan that is not there nothing is known', async () => {
  const engine = await startEngine();
  const plans = createPlans({ db: engine.db, documents: engine.documents });
  expect(await plans.authorship('nowhere')).toBeNull();
  expect(await plans.words('nowhere', { by: { person: 'anna' }, in: null })).toBeNull();
});
