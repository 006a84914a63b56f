import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';
import { startEngine } from '../support/engine.ts';

test('R4: the first thing in a plan is repaired, too, though nobody has read the plan since it was opened', async () => {
  const engine = await startEngine();
  const anna = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
  const { actions } = planRoots(anna.doc);
  anna.doc.getMap('actions').set('nekas', 1);
  actions.set('talka', new Y.Map(Object.entries({ status: 'nekad' })));
  await anna.saved();
  expect([...actions.keys()]).toEqual(['talka']);
  expect(actions.get('talka')?.get('status')).toBe('planned');
  expect(actions.get('talka')?.get('body')).toBeInstanceOf(Y.Text);
  await anna.close();
});
