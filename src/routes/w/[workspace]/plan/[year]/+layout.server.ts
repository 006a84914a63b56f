import { error } from '@sveltejs/kit';
import { readPlan } from '#domain/plan/read.ts';
import { allows } from '#domain/rights.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ params, parent, locals }) => {
  const { me, plans } = await parent();
  const found = plans.find((plan) => String(plan.year) === params.year);
  if (!found) error(404, 'plan');
  const { documentId, year } = found;
  const [plan, epoch] = await Promise.all([
    locals.app.documents.read(documentId, readPlan),
    locals.app.documents.epoch(documentId),
  ]);
  if (!plan || epoch === null) error(404, 'plan');
  return { documentId, epoch, year, plan, canWrite: allows(me.role, 'plan:write') };
};
