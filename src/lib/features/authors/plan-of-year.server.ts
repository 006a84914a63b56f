import { error, type RequestEvent } from '@sveltejs/kit';
import { requireMember, type Member } from '#lib/features/people/guard.server.ts';

type Asked = Pick<RequestEvent, 'locals' | 'url'> & { params: { workspace: string; year: string } };

/** The plan whose authors are asked for, by somebody who may see them. 404 when there is no plan of that year. */
export async function authorsOfYear(event: Asked): Promise<Member & { documentId: string; year: number }> {
  const member = await requireMember(event, event.params.workspace, 'authorship:read');
  const plans = await event.locals.app.people.workspaces.plans(member.workspace.id);
  const plan = plans.find(({ year }) => String(year) === event.params.year);
  if (!plan) error(404, 'plan');
  return { ...member, ...plan };
}
