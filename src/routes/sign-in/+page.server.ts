import { error, redirect } from '@sveltejs/kit';
import { demoPeople } from '#lib/features/people/demo-people.server.ts';
import { minutesUntil, readFields, readForm, SignInForm } from '#lib/features/people/forms.server.ts';
import { safeNext } from '#lib/features/people/guard.server.ts';
import { addressOf, enter } from '#lib/features/people/session-cookie.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'));
  if (locals.person) redirect(303, next);
  return { next, demo: await demoPeople(locals.app) };
};

export const actions: Actions = {
  async password(event) {
    const form = await readForm(event.request, 'password', SignInForm);
    if (!form.ok) return form.failure;
    const result = await event.locals.app.people.accounts.signIn({ ...form.values, address: addressOf(event) });
    if (!result.ok && result.reason === 'later') {
      return form.refuse({ problem: 'too_many', minutes: minutesUntil(result.at) }, 429);
    }
    if (!result.ok) return form.refuse({ problem: 'credentials_wrong' });
    await enter(event, result.personId);
    redirect(303, safeNext(event.url.searchParams.get('next')));
  },

  /** One press, no password: in the demo only, and only its own people. */
  async demo(event) {
    const { person: wanted } = await readFields(event.request, ['person']);
    const groups = await demoPeople(event.locals.app);
    const person = groups.flatMap((group) => group.people).find(({ id }) => id === wanted);
    if (!person) error(403, 'right');
    await enter(event, person.id);
    redirect(303, safeNext(event.url.searchParams.get('next')));
  },
};
