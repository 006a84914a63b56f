import { planRoots } from '#domain/plan/read.ts';
import type { PlanSession } from './plan-session.svelte.ts';

/** The name of whoever removed an action: the author of the flag's own Yjs item. Reactive to authors. */
export function removedBy(session: PlanSession, actionId: string): string | undefined {
  void session.authors.version;
  const flag = planRoots(session.doc).actions.get(actionId)?._map.get('removed');
  const author = flag && session.authors.index.of(flag.id.client, flag.id.clock);
  return session.members.find((member) => member.id === author?.person)?.name;
}
