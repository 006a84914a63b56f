import { error } from '@sveltejs/kit';
import { authorsOfYear } from '#lib/features/authors/plan-of-year.server.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
  const { documentId } = await authorsOfYear(event);
  const report = await event.locals.app.plans.authorship(documentId);
  if (!report) error(404, 'plan');
  const { participants, coAuthors } = report.ladder;
  return { authorship: { participants, coAuthors } };
};
