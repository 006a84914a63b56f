import { createContext } from 'svelte';
import type { OrganisationView } from '#domain/people.ts';
import type { ActionView } from '#domain/plan/read.ts';
import type { TextBlock } from '#domain/rich-text-blocks.ts';

/** What every card asks of the board round it. */
export type CardContext = {
  /** Those of them that the workspace has, by name. */
  organisations(ids: readonly string[]): OrganisationView[];
  href(actionId: string): string;
  /** People who wrote it, in order of share. */
  coAuthors(action: ActionView): { id: string; name: string; mark: number }[];
  /** The description as it is; empty until the live plan is there. */
  description(actionId: string): TextBlock[];
  openMenu(action: ActionView, anchor: HTMLElement): void;
  focus(actionId: string): void;
};

export const [getCardContext, setCardContext] = createContext<CardContext>();

export const cardLinkId = (actionId: string): string => `card-${actionId}`;
