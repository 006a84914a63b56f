import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { safeNext } from '#lib/features/people/guard.server.ts';
import { setSessionCookie } from '#lib/features/people/session-cookie.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'));
  if (locals.person) redirect(303, next);
  return { next };
};

export const actions: Actions = {
  async default(event) {
    const form = await event.request.formData();
    const email = String(form.get('email') ?? '')
      .trim()
      .toLowerCase();
    const password = String(form.get('password') ?? '');
    const { accounts } = event.locals.app.people;
    const result = await accounts.signIn({ email, password, address: addressOf(event) });
    if (!result.ok) return fail(result.reason === 'later' ? 429 : 400, { email, ...result });
    await enter(event, result.personId);
    redirect(303, safeNext(event.url.searchParams.get('next')));
  },
};

async function enter(event: RequestEvent, personId: string): Promise<void> {
  const { sessions } = event.locals.app.people;
  if (event.locals.signedIn) await sessions.end(event.locals.signedIn.key);
  setSessionCookie(event, await sessions.start(personId));
}

function addressOf(event: RequestEvent): string {
  try {
    return event.getClientAddress();
  } catch {
    return 'unknown';
  }
}
