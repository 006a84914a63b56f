import { expect, test } from 'vitest';
import { addAction, addGoal } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { startEngine, until } from '../support/engine.ts';
import type * as Y from 'yjs';

test('L5: two people write one text and see the same', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  engine.people.set('juris');
  const anna = await engine.connect('anna').synced();
  const juris = await engine.connect('juris').synced();
  const goal = addGoal(anna.doc, 'Mērķis');
  const action = addAction(anna.doc, { title: 'Talka', goal });
  await until(() => expect(readPlan(juris.doc)).toEqual(readPlan(anna.doc)));

  const title = (client: { doc: Y.Doc }) => planRoots(client.doc).actions.get(action)?.get('title') as Y.Text;
  for (let i = 0; i < 20; i++) {
    title(anna).insert(0, 'a');
    title(juris).insert(title(juris).length, 'j');
  }
  await until(() => title(anna).length === 45 && title(juris).length === 45);
  expect(title(juris).toString()).toBe('a'.repeat(20) + 'Talka' + 'j'.repeat(20));
  const shown = await engine.documents.read(engine.documentId, (doc) => readPlan(doc));
  expect(shown?.actions[0]?.title).toBe(title(anna).toString());

  await engine.restart();
  const later = await engine.connect('anna').synced();
  expect(title(later).toString()).toBe(title(anna).toString());
  await until(() => anna.provider.synced && juris.provider.synced);
  title(juris).insert(0, '!');
  await until(() => title(anna).toString().startsWith('!'));
});
