import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';

// Everybody types only letters of their own, so that the surviving characters themselves say who wrote them: an oracle
// that needs nothing of the product.

export const ALPHABETS: Readonly<Record<string, string>> = {
  'anna/pagasts': 'abcd',
  'juris/pagasts': 'jkmo',
  'ieva/biedriba': 'tuvw',
  'marta/biedriba': 'efgh',
  'marta/ciems': 'EFGH',
};

/** Five who write together, two of them one person: who, and for which organisation. */
export const WRITERS = [
  ['anna', 'pagasts'],
  ['anna', 'pagasts'],
  ['juris', 'pagasts'],
  ['ieva', 'biedriba'],
  ['marta', 'biedriba'],
] as const;

/** Letters of nobody: the server's. */
export const OF_NOBODY = 'XYZ';

const AUTHORS = new Map(Object.entries(ALPHABETS).flatMap(([author, letters]) => [...letters].map((c) => [c, author])));

/** Whose a letter is, as "person/organisation"; null: nobody's; undefined: it is no letter that anybody types. */
export function authorOfLetter(letter: string): string | null | undefined {
  return OF_NOBODY.includes(letter) ? null : AUTHORS.get(letter);
}

/** Every Y.Text in some types. */
function textsIn(...types: unknown[]): Y.Text[] {
  return types.flatMap((type) => {
    if (type instanceof Y.Text) return [type];
    return type instanceof Y.Map ? textsIn(...type.values()) : [];
  });
}

/** Every text of a plan. */
export function textsOf(doc: Y.Doc): Y.Text[] {
  return textsIn(...Object.values(planRoots(doc)));
}

/** How many letters of each author are in some types, without what was removed; nobody's under "nobody". */
export function countLetters(...types: unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of textsIn(...types.map((type) => (type instanceof Y.Map ? present(type) : type)).flat())) {
    for (const letter of text.toString()) {
      const author = authorOfLetter(letter);
      if (author !== undefined) counts[author ?? 'nobody'] = (counts[author ?? 'nobody'] ?? 0) + 1;
    }
  }
  return counts;
}

/** The texts of a map without those in removed items. */
function present(map: Y.Map<unknown>): Y.Text[] {
  if (map.get('removed') === true) return [];
  return [...map.values()].flatMap((value) => (value instanceof Y.Map ? present(value) : textsIn(value)));
}
