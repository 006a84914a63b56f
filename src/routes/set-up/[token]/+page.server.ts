import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { NameInput } from '#domain/people.ts';
import { AccountForm, Organisation, readForm } from '#lib/features/people/forms.server.ts';
import { enter } from '#lib/features/people/session-cookie.server.ts';
import { Refused } from '#server/errors.ts';
import type { Actions, PageServerLoad } from './$types';

const { name: organisationName, kind, sector } = Organisation;
const SetUpForm = v.object({ ...AccountForm.entries, workspaceName: NameInput, organisationName, kind, sector });

export const load: PageServerLoad = async ({ locals, params }) => {
  return { open: await locals.app.people.setup.isOpen(params.token) };
};

export const actions: Actions = {
  async default(event) {
    const form = await readForm(event.request, 'set-up', SetUpForm);
    if (!form.ok) return form.failure;
    const { organisationName, kind, sector, ...steps } = form.values;
    const { setup } = event.locals.app.people;
    try {
      const organisation = { name: organisationName, kind, sector };
      const { personId, workspace } = await setup.use(event.params.token, { ...steps, organisation });
      await enter(event, personId);
      redirect(303, `/w/${workspace.slug}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === 'email-taken') return form.refuse({ problems: { email: 'email_taken' } });
      // The page itself says that the link is used.
      return form.refuse({});
    }
  },
};
