import type { ActionView } from '#domain/plan/read.ts';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';

/** What the server knew of a plan's people when the page was made: person ids. */
export type KnownAuthorship = {
  participants: ReadonlySet<string>;
  coAuthors: ReadonlySet<string>;
};

/** How many write the plan, of how many who came. */
export type PlanPeople = { coAuthors: number; participants: number; organisations: number };

/**
 * Counts the co-authors of the plan as it is written; until the live document is there, as the server counted them.
 * Participants are those whom the server knew, and whoever came since. Reactive.
 */
export function countPeople(
  session: PlanSession,
  coAuthorsOf: (action: ActionView) => readonly { id: string }[],
  known: KnownAuthorship,
): PlanPeople {
  const live = session.view.ready && session.authors.version > 0;
  const coAuthors = live ? new Set(session.view.actions.flatMap(coAuthorsOf).map(({ id }) => id)) : known.coAuthors;
  const participants = new Set([...known.participants, ...coAuthors]);
  if (live) for (const { id } of session.presence.people) participants.add(id);
  const organisations = new Set(
    session.members.filter(({ id, organisation }) => organisation && coAuthors.has(id)).map((one) => one.organisation),
  );
  return { coAuthors: coAuthors.size, participants: participants.size, organisations: organisations.size };
}
