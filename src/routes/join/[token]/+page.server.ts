import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { AccountForm, minutesUntil, readForm, type Refuse } from '#lib/features/people/forms.server.ts';
import { requireSignedIn } from '#lib/features/people/guard.server.ts';
import { addressOf, enter, leave } from '#lib/features/people/session-cookie.server.ts';
import { hashPassword } from '#server/auth/passwords.ts';
import { Refused } from '#server/errors.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { people } = locals.app;
  const look = await people.invitations.look(params.token);
  const { many } = look;
  if (look.state !== 'open') {
    // Members keep the link as their way in.
    const space = locals.person && (await people.invitations.workspaceOf(params.token));
    if (locals.person && space && (await people.access(locals.person.id, space.id))) redirect(303, `/w/${space.slug}`);
    return { state: look.state, many, invitation: null, me: null, member: false };
  }
  const { workspace, role, organisation, email } = look.invitation;
  const me = locals.person;
  return {
    state: look.state,
    many,
    invitation: { workspace: { slug: workspace.slug, name: workspace.name }, role, organisation, email },
    me: me && { name: me.name, email: me.email },
    member: me !== null && (await people.access(me.id, workspace.id)) !== null,
  };
};

export const actions: Actions = {
  /** With the account that is signed in. */
  async present(event) {
    const { person } = requireSignedIn(event);
    const form = await readForm(event.request, 'present', v.object({}));
    if (!form.ok) return form.failure;
    return countedOut(event, form.refuse) ?? join(event, { personId: person.id }, form.refuse);
  },

  /** With a new account. Somebody who has one already, and writes its password, joins with that one. */
  async account(event) {
    const form = await readForm(event.request, 'account', AccountForm);
    if (!form.ok) return form.failure;
    const { email, name, password } = form.values;
    const { accounts, invitations } = event.locals.app.people;
    // Without an open invitation nobody learns whether there is such an account, nor makes the server hash passwords.
    if ((await invitations.look(event.params.token)).state !== 'open') return;
    const tooMany = countedOut(event, form.refuse);
    if (tooMany) return tooMany;
    if (await accounts.byEmail(email)) {
      const result = await accounts.signIn({ email, password, address: addressOf(event) });
      if (!result.ok && result.reason === 'later') {
        return form.refuse({ problem: 'too_many', minutes: minutesUntil(result.at) }, 429);
      }
      if (!result.ok) return form.refuse({ problem: 'join_failed' });
      return join(event, { personId: result.personId }, form.refuse);
    }
    return join(event, { newPerson: { email, name, passwordHash: await hashPassword(password) } }, form.refuse);
  },

  /** "That is not me": somebody else sits at this browser. */
  async leave(event) {
    await leave(event);
    redirect(303, event.url.pathname);
  },
};

type Who = Parameters<App.Locals['app']['people']['invitations']['accept']>[1];

/** The answer to an attempt too many; null otherwise. */
function countedOut(event: RequestEvent, refuse: Refuse) {
  const at = event.locals.app.people.invitations.attempt(event.params.token ?? '', addressOf(event));
  return at === null ? null : refuse({ problem: 'too_many', minutes: minutesUntil(at) }, 429);
}

/** Ends in the workspace, or back on this page, which says what became of the invitation. */
async function join(event: RequestEvent, who: Who, refuse: Refuse) {
  const token = event.params.token ?? '';
  const { invitations } = event.locals.app.people;
  const look = await invitations.look(token);
  try {
    const result = await invitations.accept(token, who);
    if (!result.ok) return undefined;
    await enter(event, result.personId);
    redirect(303, `/w/${result.slug}`);
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    if (problem.code === 'already-member' && 'personId' in who && look.state === 'open') {
      await enter(event, who.personId);
      redirect(303, `/w/${look.invitation.workspace.slug}`);
    }
    if (problem.code === 'former-member') return refuse({ problem: 'former_member' });
    // Two forms at once with one new e-mail: the other one made the account.
    error(400, 'again');
  }
}
