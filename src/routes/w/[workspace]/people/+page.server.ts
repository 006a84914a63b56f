import * as v from 'valibot';
import { allows } from '#domain/rights.ts';
import type { FormState } from '#lib/features/people/form-state.ts';
import {
  done,
  Note,
  Organisation,
  OrganisationChoice,
  readForm,
  Role,
  type Refuse,
} from '#lib/features/people/forms.server.ts';
import { requireMember } from '#lib/features/people/guard.server.ts';
import { INVITATION_DAYS, INVITATION_PLACES } from '#lib/features/people/invitation-choices.ts';
import { Refused, type RefusalCode } from '#server/errors.ts';
import type { Actions, PageServerLoad } from './$types';

const DAY_MS = 86_400_000;

const Person = v.pipe(v.string(), v.minLength(1));
/** A number of people, or nothing for as many as want to. */
const Places = v.union([
  v.pipe(
    v.literal(''),
    v.transform(() => null),
  ),
  v.pipe(v.string(), v.toNumber(), v.picklist(INVITATION_PLACES)),
]);
const InviteForm = v.object({
  role: Role,
  organisation: OrganisationChoice,
  note: Note,
  places: Places,
  days: v.pipe(v.string(), v.toNumber(), v.picklist(INVITATION_DAYS)),
});
const MemberForm = v.object({ person: Person, role: Role, organisation: OrganisationChoice });

const PROBLEMS: Partial<Record<RefusalCode, Partial<FormState>>> = {
  'organisation-taken': { problems: { name: 'organisation_taken' } },
  'coordinator-for-many': { problems: { role: 'coordinator_for_many' } },
  'last-coordinator': { problem: 'last_coordinator' },
  'unknown-member': { problem: 'unknown' },
  'unknown-organisation': { problem: 'unknown' },
};

export const load: PageServerLoad = async (event) => {
  const { workspace, access } = await requireMember(event, event.params.workspace, 'members:read');
  if (!allows(access.role, 'members:manage')) return { managed: null };
  const { invitations, workspaces } = event.locals.app.people;
  return {
    managed: { invitations: await invitations.list(workspace.id), emails: await workspaces.emails(workspace.id) },
  };
};

export const actions: Actions = {
  async organisation(event) {
    const { workspace } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'organisation', v.object(Organisation));
    if (!form.ok) return form.failure;
    return attempt('organisation', form.refuse, async () => {
      await event.locals.app.people.workspaces.addOrganisation(workspace.id, form.values);
    });
  },

  async invite(event) {
    const { workspace, person } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'invite', InviteForm);
    if (!form.ok) return form.failure;
    const { role, organisation, places, note, days } = form.values;
    return attempt('invite', form.refuse, async () => {
      const { token } = await event.locals.app.people.invitations.create({
        workspaceId: workspace.id,
        role,
        organisationId: organisation,
        places,
        note,
        createdBy: person.id,
        lifetimeMs: days * DAY_MS,
      });
      return `/join/${token}`;
    });
  },

  async revoke(event) {
    const { workspace } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'revoke', v.object({ invitation: v.string() }));
    if (!form.ok) return form.failure;
    const revoked = await event.locals.app.people.invitations.revoke(workspace.id, form.values.invitation);
    return revoked ? done('revoke') : form.refuse({ problem: 'unknown' });
  },

  async change(event) {
    const { workspace } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'change', MemberForm);
    if (!form.ok) return form.failure;
    const { person, role, organisation } = form.values;
    return attempt('change', form.refuse, () =>
      event.locals.app.people.workspaces.changeMember(workspace.id, person, { role, organisationId: organisation }),
    );
  },

  async remove(event) {
    const { workspace } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'remove', v.object({ person: Person }));
    if (!form.ok) return form.failure;
    return attempt('remove', form.refuse, () =>
      event.locals.app.people.workspaces.endMembership(workspace.id, form.values.person),
    );
  },
};

/** Does the work of a form, which may result in a path to show; what the services refuse becomes a problem of the form. */
async function attempt(form: string, refuse: Refuse, work: () => Promise<string | void>) {
  try {
    const path = await work();
    return { ...done(form), ...(path && { path }) };
  } catch (error) {
    const reason = error instanceof Refused ? PROBLEMS[error.code] : undefined;
    if (!reason) throw error;
    return refuse(reason);
  }
}
