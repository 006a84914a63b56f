import { error } from '@sveltejs/kit';
import { authorshipCsv } from '#lib/features/authors/csv.ts';
import { namesOf } from '#lib/features/authors/names.ts';
import { authorsOfYear } from '#lib/features/authors/plan-of-year.server.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import { getLocale } from '#lib/i18n/paraglide/runtime.js';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
  const { documentId, workspace, year } = await authorsOfYear(event);
  const { people, plans } = event.locals.app;
  const [report, members, organisations] = await Promise.all([
    plans.authorship(documentId),
    people.workspaces.members(workspace.id),
    people.workspaces.organisations(workspace.id),
  ]);
  if (!report) error(404, 'plan');
  return new Response(authorshipCsv(report, namesOf(members, organisations), getLocale()), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${m.authors_csv_file({ year: String(year) })}"`,
      'cache-control': 'no-store',
    },
  });
};
