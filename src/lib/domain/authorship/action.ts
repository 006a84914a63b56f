import * as Y from 'yjs';
import { presentItems, type ItemMap } from '../plan/read.ts';
import type { AuthorIndex } from './author-index.ts';
import { groupBy, sum } from './groups.ts';
import { Counter, type Tally } from './tally.ts';

/** When somebody counts as a co-author of an action by their text: either is enough. A setting of the workspace. */
export type Thresholds = {
  /** Share of the action's surviving characters, 0 to 1. */
  share: number;
  characters: number;
};

export const DEFAULT_THRESHOLDS: Thresholds = { share: 0.05, characters: 40 };

/** What a person has left in an action, whichever organisations they acted for. */
export type ActionAuthor = {
  person: string;
  /** The organisation for which they wrote most of it. */
  organisation: string | null;
  characters: number;
  fields: number;
  /** Funding lines, indicators and partners that they entered. */
  parts: number;
  /** Their part of the action's surviving characters, 0 to 1. */
  share: number;
  isCoAuthor: boolean;
};

export type ActionAuthorship = {
  /** All surviving characters of the action. */
  characters: number;
  /** Those of them whose author is the server or not known. */
  unattributed: number;
  /** By person, largest share first. */
  authors: ActionAuthor[];
  /** By person and organisation. */
  tallies: Tally[];
  /** Yjs client ids behind it. */
  clients: ReadonlySet<number>;
};

/**
 * Who wrote an action. Counted are title, description, notes of funding lines and names of indicators, and fields as
 * `Counter` says. A co-author is whoever has at least `share` of the characters, or at least `characters` of them, or
 * entered a partner, a funding line with an amount or hours, or an indicator with a name, that are still there.
 */
export function actionAuthorship(action: ItemMap, index: AuthorIndex, thresholds: Thresholds): ActionAuthorship {
  const counter = new Counter(index);
  counter.countText(action.get('title'));
  counter.countText(action.get('body'));
  counter.countFields(action, ['status', 'horizon', 'starts', 'ends']);
  counter.countOrganisations(action.get('responsible'), false);
  counter.countOrganisations(action.get('partners'), true);
  eachPart(action.get('funding'), (parts, id, line) => {
    counter.countText(line.get('note'));
    counter.countFields(line, ['source', 'funder', 'form', 'stage', 'cents', 'hours']);
    if (isGiven(line.get('cents')) || isGiven(line.get('hours'))) counter.countPart(parts, id);
  });
  eachPart(action.get('indicators'), (parts, id, indicator) => {
    counter.countText(indicator.get('name'));
    counter.countFields(indicator, ['unit', 'baseline', 'target']);
    const name = indicator.get('name');
    if (name instanceof Y.Text && name.toString().trim() !== '') counter.countPart(parts, id);
  });
  const { tallies, unattributed, clients } = counter;
  const characters = unattributed + sum(tallies.map((tally) => tally.characters));
  return { characters, unattributed, tallies, clients, authors: byPerson(tallies, characters, thresholds) };
}

function byPerson(tallies: Tally[], total: number, thresholds: Thresholds): ActionAuthor[] {
  const authors = [...groupBy(tallies, (tally) => tally.person)].map(([person, own]): ActionAuthor => {
    const characters = sum(own.map((tally) => tally.characters));
    const parts = sum(own.map((tally) => tally.parts));
    const share = total === 0 ? 0 : characters / total;
    return {
      person,
      organisation: [...own].sort(byWeight)[0]?.organisation ?? null,
      characters,
      fields: sum(own.map((tally) => tally.fields)),
      parts,
      share,
      isCoAuthor: parts > 0 || (characters > 0 && (share >= thresholds.share || characters >= thresholds.characters)),
    };
  });
  return authors.sort(byWeight);
}

/** Most characters first, then most fields; the id settles ties, so that every browser shows one order. */
export function byWeight(
  a: { characters: number; fields: number; person: string },
  b: { characters: number; fields: number; person: string },
): number {
  return b.characters - a.characters || b.fields - a.fields || (a.person < b.person ? -1 : 1);
}

function eachPart(value: unknown, visit: (parts: Y.Map<unknown>, id: string, part: ItemMap) => void): void {
  if (!(value instanceof Y.Map)) return;
  for (const [id, part] of presentItems(value)) visit(value, id, part);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
