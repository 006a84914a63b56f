import * as Y from 'yjs';
import { isRemoved, planRoots } from '#domain/plan/read.ts';

/** Whether an action is removed and it was this tab that removed it: the flag is this document's own. */
export function isRemovedHere(doc: Y.Doc, actionId: string): boolean {
  const action = planRoots(doc).actions.get(actionId);
  if (!(action instanceof Y.Map) || !isRemoved(action)) return false;
  return action._map.get('removed')?.id.client === doc.clientID;
}
