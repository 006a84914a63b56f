import { redirect } from '@sveltejs/kit';
import { requireSignedIn } from '#lib/features/people/guard.server.ts';
import { leave } from '#lib/features/people/session-cookie.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  return { personId: requireSignedIn(event).person.id };
};

export const actions: Actions = {
  async default(event) {
    await leave(event);
    redirect(303, '/sign-in');
  },
};
