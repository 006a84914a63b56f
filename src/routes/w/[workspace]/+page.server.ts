import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { requireMember } from '#lib/features/people/guard.server.ts';
import { readForm } from '#lib/features/people/forms.server.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import type { Actions, PageServerLoad } from './$types';

/** In autumn people plan the year to come. */
const AUTUMN = 8;

function years(now = new Date()): { usual: number; choices: number[] } {
  const year = now.getFullYear();
  return { usual: now.getMonth() >= AUTUMN ? year + 1 : year, choices: [year - 1, year, year + 1, year + 2] };
}

/** The plan of this year, else the newest one; the page itself is for a workspace without plans. */
export const load: PageServerLoad = async ({ parent }) => {
  const { workspace, plans } = await parent();
  const thisYear = new Date().getFullYear();
  const plan = plans.find(({ year }) => year === thisYear) ?? plans.at(-1);
  if (plan) redirect(303, `/w/${workspace.slug}/plan/${plan.year}`);
  return years();
};

export const actions: Actions = {
  async plan(event) {
    const { workspace } = await requireMember(event, event.params.workspace, 'plan:create');
    const year = v.pipe(
      v.string('choice_missing'),
      v.toNumber('choice_missing'),
      v.picklist(years().choices, 'choice_missing'),
    );
    const form = await readForm(event.request, 'plan', v.object({ year }));
    if (!form.ok) return form.failure;
    const { documents, people } = event.locals.app;
    const plans = await people.workspaces.plans(workspace.id);
    if (!plans.some((plan) => plan.year === form.values.year)) {
      const title = m.people_plan_title({ year: form.values.year });
      await documents.createPlan({ workspaceId: workspace.id, year: form.values.year, title });
    }
    redirect(303, `/w/${workspace.slug}/plan/${form.values.year}`);
  },
};
