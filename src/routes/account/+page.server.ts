import * as v from 'valibot';
import { NameInput } from '#domain/people.ts';
import { done, minutesUntil, PasswordForm, readForm } from '#lib/features/people/forms.server.ts';
import { requireSignedIn } from '#lib/features/people/guard.server.ts';
import { addressOf, setSessionCookie } from '#lib/features/people/session-cookie.server.ts';
import { themeOf } from '#lib/features/people/theme.server.ts';
import { lastPlanOf } from '#lib/features/shell/last-plan.server.ts';
import type { Actions, PageServerLoad } from './$types';

const NameForm = v.object({ name: NameInput });

const SessionForm = v.object({ session: v.string() });

export const load: PageServerLoad = async (event) => {
  const { person, key } = requireSignedIn(event);
  const { workspaces } = event.locals.app.people;
  const homes = await workspaces.ofPerson(person.id);
  const plans = await Promise.all(
    homes.map(async ({ id, slug }) => (await workspaces.plans(id)).map(({ year }) => ({ workspace: slug, year }))),
  );
  return {
    /** The plans that this person may open, and the one that was open last in this browser. */
    plans: plans.flat(),
    last: lastPlanOf(event.cookies),
    me: { name: person.name, email: person.email },
    theme: themeOf(event.cookies),
    sessions: await event.locals.app.people.sessions.list(person.id, key),
  };
};

export const actions: Actions = {
  async name(event) {
    const { person } = requireSignedIn(event);
    const form = await readForm(event.request, 'name', NameForm);
    if (!form.ok) return form.failure;
    await event.locals.app.people.accounts.rename(person.id, form.values.name);
    event.locals.app.documents.recheck(person.id);
    // The page that follows shows the new name.
    person.name = form.values.name;
    return done('name');
  },

  async password(event) {
    const signedIn = requireSignedIn(event);
    const form = await readForm(event.request, 'password', PasswordForm);
    if (!form.ok) return form.failure;
    const { people, documents } = event.locals.app;
    const result = await people.accounts.changePassword({
      email: signedIn.person.email,
      ...form.values,
      address: addressOf(event),
    });
    if (!result.ok && result.reason === 'later') {
      return form.refuse({ problem: 'too_many', minutes: minutesUntil(result.at) }, 429);
    }
    if (!result.ok) return form.refuse({ problems: { present: 'present_wrong' } });
    setSessionCookie(event, await people.sessions.restart(signedIn));
    documents.recheck(signedIn.person.id);
    return done('password');
  },

  /** Signs another browser out. */
  async session(event) {
    const { person } = requireSignedIn(event);
    const form = await readForm(event.request, 'session', SessionForm);
    if (!form.ok) return form.failure;
    const { people, documents } = event.locals.app;
    // Whoever is not there any more is signed out just as well.
    await people.sessions.end(person.id, form.values.session);
    documents.recheck(person.id);
    return done('session');
  },

  /** Signs every other browser out. */
  async sessions(event) {
    const signedIn = requireSignedIn(event);
    const { people, documents } = event.locals.app;
    await people.sessions.endOthers(signedIn);
    documents.recheck(signedIn.person.id);
    return done('sessions');
  },
};
