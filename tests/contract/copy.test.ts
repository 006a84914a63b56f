import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { AuthorIndex, planAuthorship, DEFAULT_THRESHOLDS } from '#domain/authorship.ts';
import { addAction, addFunding, addIndicator, removeFunding, setOrganisation } from '#domain/plan/edit.ts';
import { planRoots, readPlan, type ItemMap } from '#domain/plan/read.ts';
import { EXTRA } from '#domain/sync.ts';
import { verifyLedger } from '#server/documents/ledger/verify.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import { actionMap, actionText, authorOfField, look, words } from '../support/plan-authors.ts';
import { COORDINATOR, startWithSharedAction } from '../support/shared-action.ts';

// SPEC.md, "What the server copies".

/** Anna's action with words by Juris in it, and what belongs to it. */
async function start() {
  const { engine, anna, juris, action } = await startWithSharedAction();
  actionText(anna.doc, action, 'body').applyDelta([
    { insert: 'Savākt ' },
    { insert: 'atkritumus', attributes: { bold: true } },
    { insert: '\n', attributes: { block: 'bullet' } },
  ]);
  await anna.saved();
  actionText(juris.doc, action, 'body').insert(10, 'ļoti ');
  addFunding(juris.doc, action, { cents: 20000, source: 'own' }, 'Maisi');
  removeFunding(juris.doc, action, addFunding(juris.doc, action, { cents: 1 }, 'Nekas') ?? '');
  addIndicator(juris.doc, action, 'Maisu skaits', { unit: 'gab.', target: 40 });
  setOrganisation(juris.doc, action, 'partners', 'biedriba', true);
  await juris.saved();
  return { engine, anna, juris, action };
}

/** The newest row of a ledger that is not a claim. */
function newestRow(engine: TestEngine, documentId = engine.documentId) {
  return engine.db.sqlite
    .prepare<[string], { kind: string; actor_id: string | null; organisation_id: string | null; deleted: string }>(
      `SELECT kind, actor_id, organisation_id, deleted FROM ledger WHERE document_id = ? ORDER BY seq DESC LIMIT 1`,
    )
    .get(documentId);
}

test('K1, K2: a copied action is its authors’ in every word and field, and whoever copied has contributed nothing', async () => {
  const { engine, action } = await start();
  const before = await look(engine, (doc, index) => planAuthorship(doc, index, DEFAULT_THRESHOLDS).actions.get(action));
  const copy = await engine.documents.copy(engine.documentId, COORDINATOR, (edit) =>
    edit.copyItem(actionMap(edit.doc, action), planRoots(edit.doc).actions),
  );
  const after = await look(engine, (doc, index) => planAuthorship(doc, index, DEFAULT_THRESHOLDS).actions.get(copy));
  expect(after?.tallies).toEqual(before?.tallies);
  expect(after?.unattributed).toBe(0);
  await look(engine, (doc, index) => {
    expect(words(actionText(doc, copy, 'body'), index)).toEqual(words(actionText(doc, action, 'body'), index));
    expect(actionText(doc, copy, 'body').toDelta()).toEqual(actionText(doc, action, 'body').toDelta());
    const [first, second] = readPlan(doc).actions;
    const withoutIds = JSON.stringify(second, (key, value: unknown) => (key === 'id' ? null : value));
    expect(withoutIds).toBe(JSON.stringify(first, (key, value: unknown) => (key === 'id' ? null : value)));
    expect(second?.funding.map(({ note }) => note)).toEqual(['Maisi']);
    // Not what was removed either, which nobody sees.
    expect([...(actionMap(doc, copy).get('funding') as ItemMap).keys()]).toHaveLength(1);
    expect(actionMap(doc, copy).get('removed')).toBe(false);
  });
  expect(newestRow(engine)).toMatchObject({ kind: 'copy', actor_id: 'aija', organisation_id: 'partneriba' });
  expect([...(await engine.documents.contributors(engine.documentId))].sort()).toEqual(['anna', 'juris']);
});

test('K2: a plan rolls over into next year’s, and its authors with it, also after a restart', async () => {
  const { engine, action } = await start();
  const next = await engine.documents.createPlan({ workspaceId: 'workspace', year: 2026, title: 'Nākamais' });
  const copy = await engine.documents.copy(
    next,
    COORDINATOR,
    (edit) =>
      edit.copyItem(actionMap(edit.source, action), planRoots(edit.doc).actions, {
        status: 'planned',
        goal: null,
        starts: null,
      }),
    engine.documentId,
  );
  const check = () =>
    look(
      engine,
      (doc, index) => {
        expect(words(actionText(doc, copy, 'title'), index)).toEqual([
          ['Talka', 'anna'],
          [' ciemā', 'juris'],
        ]);
        expect(actionMap(doc, copy).has('starts')).toBe(false);
        const tallies = planAuthorship(doc, index, DEFAULT_THRESHOLDS).actions.get(copy)?.tallies;
        // What the server adds is nobody's: the status is not Anna's any more.
        expect(tallies?.map(({ person, fields, parts }) => [person, fields, parts])).toEqual([
          ['anna', 0, 0],
          ['juris', 5, 3],
        ]);
      },
      next,
    );
  await check();
  await engine.restart();
  await check();
  expect(await engine.documents.contributors(next)).toEqual(new Set());
  expect((await verifyLedger(engine.db.sqlite, next)).problems).toEqual([]);
});

test('K2: copies of copies, and of what came back by undo, are still the first author’s', async () => {
  const { engine, juris, action } = await start();
  const title = actionText(juris.doc, action, 'title');
  const undo = new Y.UndoManager(title, { trackedOrigins: new Set(['juris']) });
  juris.doc.transact(() => title.delete(1, 3), 'juris');
  undo.undo();
  await juris.saved();
  const copyOf = (id: string) =>
    engine.documents.copy(engine.documentId, COORDINATOR, (edit) =>
      edit.copyItem(actionMap(edit.doc, id), planRoots(edit.doc).actions),
    );
  const last = await copyOf(await copyOf(action));
  expect(await look(engine, (doc, index) => words(actionText(doc, last, 'title'), index))).toEqual([
    ['Talka', 'anna'],
    [' ciemā', 'juris'],
  ]);
  // Also when the copy is deleted and brought back.
  const copied = actionText(juris.doc, last, 'title');
  const again = new Y.UndoManager(copied, { trackedOrigins: new Set(['juris']) });
  juris.doc.transact(() => copied.delete(2, 6), 'juris');
  again.undo();
  await juris.saved();
  expect(await look(engine, (doc, index) => words(actionText(doc, last, 'title'), index))).toEqual([
    ['Talka', 'anna'],
    [' ciemā', 'juris'],
  ]);
});

test('K2: an action is made of parts of two: the words between them, by the server, are nobody’s', async () => {
  const { engine, juris, action } = await start();
  const other = addAction(juris.doc, { title: 'Svētki 😀' });
  await juris.saved();
  await engine.documents.copy(engine.documentId, COORDINATOR, (edit) => {
    const { doc } = edit;
    const [first, second] = [actionMap(doc, action), actionMap(doc, other)];
    const title = actionText(doc, other, 'title');
    title.insert(title.length, ' un ');
    edit.copyText(actionText(doc, action, 'title'), title, { start: 0, end: 5 });
    edit.copyText(title, title, { start: 0, end: 7, at: 0 });
    edit.copyField(first, second, 'starts');
    edit.copyField(first, second, 'horizon');
  });
  await look(engine, (doc, index) => {
    expect(words(actionText(doc, other, 'title'), index)).toEqual([
      ['Svētki Svētki 😀', 'juris'],
      [' un ', undefined],
      ['Talka', 'anna'],
    ]);
    expect(authorOfField(actionMap(doc, other), 'starts', index)).toBe('anna');
  });
});

test('K1: browsers get the copy, repaired where it is no plan, and know whose it is', async () => {
  const { engine, action } = await start();
  const anna = await engine.connect('anna', { params: { v: '1' } }).synced();
  const copy = await engine.documents.copy(engine.documentId, COORDINATOR, (edit) =>
    edit.copyItem(actionMap(edit.doc, action), planRoots(edit.doc).actions, { status: 'whatever' }),
  );
  const index = new AuthorIndex();
  await until(() => {
    expect(actionMap(anna.doc, copy).get('status')).toBe('planned');
  });
  for (const { type, message } of anna.extra) if (type === EXTRA.authors) index.add(message as never);
  expect(words(actionText(anna.doc, copy, 'body'), index)).toEqual([
    ['Savākt atk', 'anna'],
    ['ļoti ', 'juris'],
    ['ritumus\n\n', 'anna'],
  ]);
});

test('K3: what cannot be stored in the document that is copied from is not in the copy either', async () => {
  const { engine, juris, action } = await start();
  const next = await engine.documents.createPlan({ workspaceId: 'workspace', year: 2026, title: 'Nākamais' });
  const copy = () =>
    engine.documents.copy(
      next,
      COORDINATOR,
      (edit) => edit.copyItem(actionMap(edit.source, action), planRoots(edit.doc).actions),
      engine.documentId,
    );
  engine.db.sqlite.exec(`CREATE TRIGGER full BEFORE INSERT ON ledger WHEN NEW.document_id = '${engine.documentId}'
    BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
  actionText(juris.doc, action, 'title').insert(0, 'Nekad ');
  await expect(copy()).rejects.toMatchObject({ refusal: { reason: 'failed' } });
  expect(newestRow(engine, next)?.kind).toBe('system');
  engine.db.sqlite.exec('DROP TRIGGER full');
  const id = await copy();
  expect(await look(engine, (doc) => actionText(doc, id, 'title').toString(), next)).toBe('Talka ciemā');
});

test('K4: an error in the middle of a copy leaves nothing of it, and the document works on', async () => {
  const { engine, action } = await start();
  const broken = engine.documents.copy(engine.documentId, COORDINATOR, (edit) => {
    const { doc } = edit;
    actionText(doc, action, 'title').insert(0, 'Pusē ');
    edit.copyText(actionText(doc, action, 'title'), actionText(doc, action, 'title'), { end: 1000 });
  });
  await expect(broken).rejects.toThrow('no such place');
  expect(await look(engine, (doc) => actionText(doc, action, 'title').toString())).toBe('Talka ciemā');
  expect(newestRow(engine)?.kind).toBe('edit');
  const anna = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'anna' });
  expect(actionText(anna.doc, action, 'title').toString()).toBe('Talka ciemā');
});

test('K4: a document that is full takes no copy, and there is none where there is no document', async () => {
  const engine = await startEngine({ limits: { documentBytes: 10 } });
  const nothing = () => {};
  await expect(engine.documents.copy(engine.documentId, COORDINATOR, nothing)).rejects.toMatchObject({
    refusal: { reason: 'too-large' },
  });
  await expect(engine.documents.copy('nowhere', COORDINATOR, nothing)).rejects.toThrow('no document');
});

test('K4: a copy that changes nothing leaves no row', async () => {
  const { engine, action } = await start();
  const seq = () => engine.db.sqlite.prepare('SELECT max(seq) AS seq FROM ledger').get();
  const before = seq();
  await engine.documents.copy(engine.documentId, COORDINATOR, (edit) => {
    edit.copyField(actionMap(edit.doc, action), actionMap(edit.doc, action), 'status');
  });
  expect(seq()).toEqual(before);
});
