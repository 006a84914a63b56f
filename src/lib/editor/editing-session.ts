import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';

/** What the editor uses of the session of the open document. */
export type EditingSession = Pick<PlanSession, 'awareness' | 'origin' | 'history' | 'authors' | 'members' | 'focus'>;

/** The place of a rich text in its document: where carets belong. */
export type TextPlace = { item: string; field: string };
