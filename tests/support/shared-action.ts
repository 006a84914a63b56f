import { addAction, addGoal } from '#domain/plan/edit.ts';
import { startEngine } from './engine.ts';
import { actionText } from './plan-authors.ts';

/** Presses buttons, and never writes. */
export const COORDINATOR = { personId: 'aija', organisationId: 'partneriba' };

/** An engine with Anna's action under her goal, to whose title Juris has added; both write on. */
export async function startWithSharedAction() {
  const engine = await startEngine();
  for (const person of ['anna', 'juris', COORDINATOR.personId]) engine.people.set(person);
  const join = (personId: string) => engine.documents.join(engine.documentId, { personId, organisationId: personId });
  const anna = await join('anna');
  const goal = addGoal(anna.doc, 'Krasts');
  const action = addAction(anna.doc, { title: 'Talka', goal, status: 'running', starts: '2025-04-26' });
  await anna.saved();
  const juris = await join('juris');
  actionText(juris.doc, action, 'title').insert(5, ' ciemā');
  await juris.saved();
  return { engine, anna, juris, goal, action };
}
