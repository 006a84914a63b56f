import { redirect } from '@sveltejs/kit';
import { requireSignedIn } from '#lib/features/people/guard.server.ts';
import type { PageServerLoad } from './$types';

/** Straight to the only workspace; the page lists several, or says that there is none. */
export const load: PageServerLoad = async (event) => {
  const { person } = requireSignedIn(event);
  const workspaces = await event.locals.app.people.workspaces.ofPerson(person.id);
  if (workspaces.length === 1) redirect(303, `/w/${workspaces[0]?.slug}`);
  const left = workspaces.length === 0 && (await event.locals.app.people.workspaces.hasLeft(person.id));
  return { workspaces: workspaces.map(({ slug, name }) => ({ slug, name })), left };
};
