import { requireMember } from '#lib/features/people/guard.server.ts';
import { createPlan } from '#lib/features/plans/new-plan.server.ts';
import { planYears } from '#lib/features/plans/years.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireMember(event, event.params.workspace, 'plan:create');
  const { plans } = await event.parent();
  return planYears(plans.map(({ year }) => year));
};

export const actions: Actions = { plan: createPlan };
