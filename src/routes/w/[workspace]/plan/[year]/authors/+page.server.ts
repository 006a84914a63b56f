import { error } from '@sveltejs/kit';
import { authorsOfYear } from '#lib/features/authors/plan-of-year.server.ts';
import { readWordsAddress } from '#lib/features/authors/words-address.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { documentId, year } = await authorsOfYear(event);
  const { plans } = event.locals.app;
  const query = readWordsAddress(event.url.searchParams);
  const [report, words] = await Promise.all([
    plans.authorship(documentId),
    query ? plans.words(documentId, query) : null,
  ]);
  if (!report) error(404, 'plan');
  return { year, report, shown: query && words ? { query, words } : null };
};
