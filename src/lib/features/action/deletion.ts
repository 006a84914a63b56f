import { deleteAction } from '#domain/plan/edit.ts';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';

type Session = Pick<PlanSession, 'doc' | 'origin' | 'history'>;
type Step = Session['history']['manager']['undoStack'][number];

/** Actions that were deleted here, with the step of history that did it. */
const deletions = new WeakMap<Session['doc'], Map<string, Step>>();

/** Deletes an action as a step of its own, so that exactly this can be taken back. */
export function deleteForUndo(session: Session, actionId: string): void {
  const { doc, origin, history } = session;
  history.newStep();
  deleteAction(doc, actionId, origin);
  history.newStep();
  const step = history.manager.undoStack.at(-1);
  const own = deletions.get(doc) ?? new Map<string, Step>();
  deletions.set(doc, own);
  if (step) own.set(actionId, step);
}

/** Whether I deleted this action in this tab and can take it back. */
export function canUndoDeletion({ doc, history }: Session, actionId: string): boolean {
  const step = deletions.get(doc)?.get(actionId);
  return step !== undefined && history.manager.undoStack.includes(step);
}

/** Takes a deletion back, also when I changed other things since. */
export function undoDeletion(session: Session, actionId: string): void {
  const step = deletions.get(session.doc)?.get(actionId);
  const stack = session.history.manager.undoStack;
  const index = step ? stack.indexOf(step) : -1;
  if (!step || index === -1) return;
  // Steps do not lean on one another: the deletion goes on top, and undo takes the top.
  stack.splice(index, 1);
  stack.push(step);
  session.history.undo();
  deletions.get(session.doc)?.delete(actionId);
}
