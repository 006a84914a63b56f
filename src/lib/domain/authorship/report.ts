import type { ActionAuthorship, Thresholds } from './action.ts';
import type { Ladder } from './ladder.ts';
import type { Passage } from './passages.ts';
import type { PlanAuthorship } from './plan.ts';

export type ReportedAction = Omit<ActionAuthorship, 'clients'> & { id: string; title: string; goal: string | null };

/** Who wrote a plan: what the page "Autori" and its table for download show. */
export type AuthorshipReport = Omit<PlanAuthorship, 'actions'> & {
  thresholds: Thresholds;
  goals: { id: string; title: string }[];
  /** In the order of the plan: by goal, then by their place in it. */
  actions: ReportedAction[];
  ladder: Ladder;
};

/** Whose words, and where: in one action, outside actions ("frame"), or (null) everywhere. */
export type WordsQuery = { by: { person: string } | { organisation: string | null }; in: string | null };

/** Stands in `WordsQuery.in` for the plan's title and its goals. Too short for an item's id. */
export const FRAME = 'frame';

/** Texts with somebody's words in them; `action` is null for the plan's title and its goals. */
export type Words = { action: { id: string; title: string } | null; passages: Passage[] }[];
