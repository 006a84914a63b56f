import { FRAME, type WordsQuery } from '#domain/authorship.ts';

// The words behind a figure have an address of their own: ?person=… or ?organisation=… with &action=…

/** Stands for people who acted for no organisation. Too short for an id. */
const NONE = 'none';

export function wordsAddress({ by, in: where }: WordsQuery): string {
  const query = new URLSearchParams();
  if ('person' in by) query.set('person', by.person);
  else query.set('organisation', by.organisation ?? NONE);
  if (where !== null) query.set('action', where);
  return `?${query}`;
}

/** Null when the address asks for nobody's words. */
export function readWordsAddress(query: URLSearchParams): WordsQuery | null {
  const person = query.get('person');
  const organisation = query.get('organisation');
  const where = query.get('action') || null;
  if (person) return { by: { person }, in: where };
  if (organisation) return { by: { organisation: organisation === NONE ? null : organisation }, in: where };
  return null;
}

export function isFrame(query: WordsQuery): boolean {
  return query.in === FRAME;
}
