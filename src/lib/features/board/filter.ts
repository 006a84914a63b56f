import type { ActionView } from '#domain/plan/read.ts';

export type Filter = {
  text: string;
  /** An organisation that is responsible or partner. */
  organisation: string | null;
};

/** Without case and diacritics, so that "iedzivotaju" finds "Iedzīvotāju". */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ł', 'l');
}

const folded = new WeakMap<ActionView, string>();

function searchable(action: ActionView): string {
  let text = folded.get(action);
  if (text === undefined) {
    text = fold(`${action.title}\n${action.body}`);
    folded.set(action, text);
  }
  return text;
}

/** A test for actions: every word of the text occurs in title or description, and the organisation takes part. */
export function matcher({ text, organisation }: Filter): (action: ActionView) => boolean {
  const words = fold(text).split(/\s+/u).filter(Boolean);
  return (action) =>
    (organisation === null || action.responsible.includes(organisation) || action.partners.includes(organisation)) &&
    (words.length === 0 || words.every((word) => searchable(action).includes(word)));
}
