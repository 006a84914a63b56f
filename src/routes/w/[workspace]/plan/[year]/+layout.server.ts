import { error } from '@sveltejs/kit';
import { readPlan } from '#domain/plan/read.ts';
import { allows } from '#domain/rights.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ params, parent, locals }) => {
  const { me, plans } = await parent();
  const found = plans.find((plan) => String(plan.year) === params.year);
  const plan = found && (await locals.app.documents.read(found.documentId, readPlan));
  if (!plan) error(404, 'plan');
  return { documentId: found.documentId, year: found.year, plan, canWrite: allows(me.role, 'plan:write') };
};
