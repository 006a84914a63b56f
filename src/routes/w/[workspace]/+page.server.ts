import { redirect } from '@sveltejs/kit';
import { yearToOpen } from '#domain/plan/years.ts';
import { createPlan } from '#lib/features/plans/new-plan.server.ts';
import { planYears } from '#lib/features/plans/years.ts';
import type { Actions, PageServerLoad } from './$types';

/** The plan of this year, else the newest one; the page itself is for a workspace without plans. */
export const load: PageServerLoad = async ({ parent }) => {
  const { workspace, plans } = await parent();
  const year = yearToOpen(plans);
  if (year !== null) redirect(303, `/w/${workspace.slug}/plan/${year}`);
  return planYears([]);
};

export const actions: Actions = { plan: createPlan };
