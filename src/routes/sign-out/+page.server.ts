import { redirect } from '@sveltejs/kit';
import { requireSignedIn } from '#lib/features/people/guard.server.ts';
import { setSessionCookie } from '#lib/features/people/session-cookie.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  return { personId: requireSignedIn(event).person.id };
};

export const actions: Actions = {
  async default(event) {
    const { signedIn, app } = event.locals;
    if (signedIn) {
      await app.people.sessions.end(signedIn.key);
      app.documents.recheck(signedIn.person.id);
    }
    setSessionCookie(event, app.people.sessions.blankCookie());
    redirect(303, '/sign-in');
  },
};
