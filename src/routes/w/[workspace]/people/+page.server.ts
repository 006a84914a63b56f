import * as v from 'valibot';
import { EmailInput } from '#domain/people.ts';
import { allows } from '#domain/rights.ts';
import type { FormState } from '#lib/features/people/form-state.ts';
import {
  done,
  minutesUntil,
  Note,
  Organisation,
  OrganisationChoice,
  readForm,
  Role,
  type Refuse,
} from '#lib/features/people/forms.server.ts';
import { requireMember } from '#lib/features/people/guard.server.ts';
import { INVITATION_DAYS, INVITATION_PLACES } from '#lib/features/people/invitation-choices.ts';
import { getLocale } from '#lib/i18n/paraglide/runtime.js';
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
  /** Where to send it; nothing: the link is passed on by hand. */
  email: v.pipe(
    v.optional(v.string(), ''),
    v.transform((text) => text.trim() || null),
    v.nullable(EmailInput),
  ),
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
  event.depends('people:invitations');
  const { outbox, people } = event.locals.app;
  const { invitations, workspaces } = people;
  return {
    managed: {
      invitations: await invitations.list(workspace.id),
      emails: await workspaces.emails(workspace.id),
      /** Whether invitations can be sent by e-mail. */
      mail: outbox !== null,
    },
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

  async rename(event) {
    const { workspace } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'rename', v.object({ id: v.string(), ...Organisation }));
    if (!form.ok) return form.failure;
    const { id, ...values } = form.values;
    return attempt('rename', form.refuse, () =>
      event.locals.app.people.workspaces.changeOrganisation(workspace.id, id, values),
    );
  },

  async invite(event) {
    const { workspace, person } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'invite', InviteForm);
    if (!form.ok) return form.failure;
    const { role, organisation, places, note, days } = form.values;
    const { outbox, people } = event.locals.app;
    // A link for many is nobody's letter.
    const email = places === 1 ? form.values.email : null;
    const wait = email ? (outbox?.attempt(workspace.id) ?? null) : null;
    if (wait !== null) return form.refuse({ problem: 'too_many', minutes: minutesUntil(wait) }, 429);
    return attempt('invite', form.refuse, async () => {
      const { id, token } = await people.invitations.create({
        workspaceId: workspace.id,
        role,
        organisationId: organisation,
        places,
        note,
        createdBy: person.id,
        lifetimeMs: days * DAY_MS,
        mail: email && outbox ? { email, locale: getLocale() } : null,
      });
      if (!email || !outbox) return { path: `/join/${token}` };
      outbox.post(id, token);
      return { path: `/join/${token}`, values: { email } };
    });
  },

  /** Sends the letter of an invitation once more. */
  async resend(event) {
    const { workspace } = await requireMember(event, event.params.workspace, 'members:manage');
    const form = await readForm(event.request, 'resend', v.object({ invitation: v.string() }));
    if (!form.ok) return form.failure;
    const { outbox } = event.locals.app;
    const wait = outbox?.attempt(workspace.id) ?? null;
    if (wait !== null) return form.refuse({ problem: 'too_many', minutes: minutesUntil(wait) }, 429);
    const posted = await outbox?.postAgain(workspace.id, form.values.invitation);
    return posted ? done('resend') : form.refuse({ problem: 'unknown' });
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

/** Does the work of a form, which may give something to show; what the services refuse becomes its problem. */
async function attempt(form: string, refuse: Refuse, work: () => Promise<Partial<FormState> | void>) {
  try {
    return { ...done(form), ...(await work()) };
  } catch (error) {
    const reason = error instanceof Refused ? PROBLEMS[error.code] : undefined;
    if (!reason) throw error;
    return refuse(reason);
  }
}
