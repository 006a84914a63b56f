import { redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { readForm } from '#lib/features/people/forms.server.ts';
import { requireMember } from '#lib/features/people/guard.server.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import { withTitles } from './plan-titles.server.ts';
import { titleLike } from './title.ts';
import { planYears } from './years.ts';

/** The action of a form that creates a year's plan. Ends on its board, also when somebody else was faster. */
export async function createPlan(event: RequestEvent & { params: { workspace: string } }) {
  const { workspace } = await requireMember(event, event.params.workspace, 'plan:create');
  const year = v.pipe(
    v.string('choice_missing'),
    v.toNumber('choice_missing'),
    v.picklist(planYears([]).choices, 'choice_missing'),
  );
  const form = await readForm(event.request, 'plan', v.object({ year }));
  if (!form.ok) return form.failure;
  const { year: chosen } = form.values;
  const { documents, people } = event.locals.app;
  const before = (await people.workspaces.plans(workspace.id)).sort((a, b) => b.year - a.year);
  const title = titleLike(await withTitles(documents, before), chosen) ?? m.people_plan_title({ year: chosen });
  await documents.createPlan({ workspaceId: workspace.id, year: chosen, title });
  redirect(303, `/w/${workspace.slug}/plan/${chosen}`);
}
