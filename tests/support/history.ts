import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';
import { addAction } from '#domain/plan/edit.ts';
import { createLog } from '#server/log.ts';
import { Packer } from '#server/documents/ledger/packer.ts';
import type { TestEngine } from './engine.ts';

/** Writes so many rows, one a keystroke, into the description of a new action. Returns the action. */
export async function writeKeystrokes(engine: TestEngine, count: number, personId = 'anna'): Promise<string> {
  engine.people.set(personId);
  const writer = await engine.documents.join(engine.documentId, { personId, organisationId: 'org' });
  const action = addAction(writer.doc, { title: 'Talka' });
  const body = planRoots(writer.doc).actions.get(action)?.get('body') as Y.Text;
  for (let i = 0; i < count; i++) body.insert(body.length - 1, 'abcdefgh '.charAt(i % 9));
  await writer.close();
  return action;
}

/** Packs what can be packed now, as the engine does it in quiet moments. */
export async function packAll(engine: TestEngine): Promise<void> {
  const packer = new Packer(engine.db.sqlite, createLog('silent'));
  while ((await packer.pack(engine.documentId)) !== 'nothing') continue;
}
