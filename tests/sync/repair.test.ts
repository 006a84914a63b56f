import { expect, test } from 'vitest';
import type * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { startEngine, until } from '../support/engine.ts';

test('R2: what the gate lets pass and is no plan is repaired by an edit of the server, with everybody', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  engine.people.set('juris');
  const anna = await engine.connect('anna').synced();
  const juris = await engine.connect('juris').synced();
  const id = addAction(anna.doc, { title: 'Talka' });
  const action = (doc: Y.Doc) => planRoots(doc).actions.get(id);
  action(anna.doc)?.set('status', 'whatever');
  action(anna.doc)?.set('secret', 'x');
  for (const { doc } of [anna, juris]) {
    await until(() => {
      expect(action(doc)?.get('status')).toBe('planned');
      expect(action(doc)?.has('secret')).toBe(false);
    });
  }
  const rows = engine.db.sqlite.prepare("SELECT actor_id FROM ledger WHERE kind = 'system' AND seq > 2").all();
  expect(rows.length).toBeGreaterThan(0);
  await engine.restart();
  expect(await engine.documents.read(engine.documentId, (doc) => action(doc)?.get('status'))).toBe('planned');
});
