import { error } from '@sveltejs/kit';
import { requireMember } from '#lib/features/people/guard.server.ts';
import { withTitles } from '#lib/features/plans/plan-titles.server.ts';
import { lastPlanOf } from '#lib/features/shell/last-plan.server.ts';
import { thresholdsOf } from '#server/workspaces/workspaces.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
  const { person, workspace } = await requireMember(event, event.params.workspace, 'plan:read');
  const { documents, people } = event.locals.app;
  const [organisations, members, plans] = await Promise.all([
    people.workspaces.organisations(workspace.id),
    people.workspaces.members(workspace.id),
    people.workspaces.plans(workspace.id),
  ]);
  const me = members.find((member) => member.id === person.id);
  if (!me) error(403, 'member');
  const { id, slug, name, demo } = workspace;
  const last = lastPlanOf(event.cookies);
  return {
    workspace: { id, slug, name, demo, thresholds: thresholdsOf(workspace) },
    me: { ...me, email: person.email },
    organisations,
    members,
    lastYear: last?.workspace === slug ? last.year : undefined,
    plans: await withTitles(documents, plans),
  };
};
