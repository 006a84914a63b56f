import { onDestroy } from 'svelte';
import { AuthorshipCache } from '#domain/authorship.ts';
import type { ActionView } from '#domain/plan/read.ts';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';

type CoAuthor = { id: string; name: string; mark: number };

/** Finds the co-authors of an action, those with the largest share first. Reactive to what is known of authors. */
export function coAuthorship(session: PlanSession): (action: ActionView) => CoAuthor[] {
  const cache = new AuthorshipCache(session.doc, session.authors.index, session.authors.thresholds);
  const members = new Map(session.members.map((member) => [member.id, member]));
  onDestroy(() => cache.destroy());
  return (action) => {
    if (session.authors.version === 0 || !session.view.ready) return [];
    const authors = cache.action(action.id)?.authors ?? [];
    return authors
      .filter((author) => author.isCoAuthor)
      .map((author) => members.get(author.person))
      .filter((member) => member !== undefined);
  };
}
