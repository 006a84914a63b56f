import * as Y from 'yjs';
import { planRoots, presentItems } from '../plan/read.ts';
import { actionAuthorship, byWeight, type ActionAuthorship, type Thresholds } from './action.ts';
import type { AuthorIndex } from './author-index.ts';
import { groupBy, sum } from './groups.ts';
import { Counter, type Tally } from './tally.ts';

export type PersonTotal = {
  person: string;
  /** The organisation for which they wrote most. */
  organisation: string | null;
  characters: number;
  fields: number;
  /** Actions in which anything of theirs survives. */
  actions: number;
  /** Actions that they are a co-author of. */
  coAuthorOf: number;
  /** Their part of all characters with a known author, 0 to 1. */
  share: number;
};

/** null: people who acted for no organisation. */
export type OrganisationTotal = {
  organisation: string | null;
  characters: number;
  fields: number;
  people: number;
  share: number;
};

export type PlanAuthorship = {
  /** Surviving characters with a known author, in actions, goals and the plan's title. */
  characters: number;
  fields: number;
  actions: Map<string, ActionAuthorship>;
  /** What is written outside actions: the plan's title, titles and descriptions of goals. */
  frame: Tally[];
  people: PersonTotal[];
  organisations: OrganisationTotal[];
};

/**
 * Who wrote a plan, from its actions and its frame. The sums of people, of organisations and of actions with the
 * frame are equal.
 * @param of the authorship of one action: computed afresh, or from a cache
 */
export function planAuthorship(
  doc: Y.Doc,
  index: AuthorIndex,
  thresholds: Thresholds,
  of = (action: Y.Map<unknown>, _id: string) => actionAuthorship(action, index, thresholds),
): PlanAuthorship {
  const roots = planRoots(doc);
  const actions = new Map<string, ActionAuthorship>();
  for (const [id, action] of presentItems(roots.actions)) actions.set(id, of(action, id));

  const counter = new Counter(index);
  counter.countText(roots.meta.get('title'));
  for (const [, goal] of presentItems(roots.goals)) {
    counter.countText(goal.get('title'));
    counter.countText(goal.get('body'));
  }
  const frame = counter.tallies;

  const tallies = [...[...actions.values()].flatMap((action) => action.tallies), ...frame];
  const characters = sum(tallies.map((tally) => tally.characters));
  return {
    characters,
    fields: sum(tallies.map((tally) => tally.fields)),
    actions,
    frame,
    people: peopleOf(tallies, actions, characters),
    organisations: organisationsOf(tallies, characters),
  };
}

/** Everybody who is a co-author of at least one action. */
export function coAuthorsOf(plan: PlanAuthorship): Set<string> {
  return new Set(plan.people.filter((person) => person.coAuthorOf > 0).map((person) => person.person));
}

function peopleOf(tallies: Tally[], actions: Map<string, ActionAuthorship>, total: number): PersonTotal[] {
  const inActions = groupBy(
    [...actions.values()].flatMap((action) => action.authors),
    (author) => author.person,
  );
  return [...groupBy(tallies, (tally) => tally.person)]
    .map(([person, own]): PersonTotal => {
      const characters = sum(own.map((tally) => tally.characters));
      const authored = inActions.get(person) ?? [];
      return {
        person,
        organisation: mainOrganisation(own),
        characters,
        fields: sum(own.map((tally) => tally.fields)),
        actions: authored.filter((author) => author.characters + author.fields + author.parts > 0).length,
        coAuthorOf: authored.filter((author) => author.isCoAuthor).length,
        share: total === 0 ? 0 : characters / total,
      };
    })
    .sort(byWeight);
}

function mainOrganisation(tallies: Tally[]): string | null {
  return organisationsOf(tallies, 1)[0]?.organisation ?? null;
}

function organisationsOf(tallies: Tally[], total: number): OrganisationTotal[] {
  return [...groupBy(tallies, (tally) => tally.organisation)]
    .map(([organisation, own]): OrganisationTotal => {
      const characters = sum(own.map((tally) => tally.characters));
      return {
        organisation,
        characters,
        fields: sum(own.map((tally) => tally.fields)),
        people: new Set(own.map((tally) => tally.person)).size,
        share: total === 0 ? 0 : characters / total,
      };
    })
    .sort(
      (a, b) =>
        b.characters - a.characters ||
        b.fields - a.fields ||
        ((a.organisation ?? '') < (b.organisation ?? '') ? -1 : 1),
    );
}
