import { and, desc, eq } from 'drizzle-orm';
import { newId } from '#domain/ids.ts';
import type { InvitationState, InvitationView } from '#domain/people.ts';
import type { Role } from '#domain/rights.ts';
import type { Db } from '../db/client.ts';
import { invitation, organisation, person, workspace } from '../db/schema.ts';
import { write, type Orm } from '../db/write.ts';
import { joinWorkspace, requireOrganisation, type Standing } from '../workspaces/workspaces.ts';
import { insertPerson, type NewPerson } from './accounts.ts';
import { hashToken, newToken } from './tokens.ts';

/** What somebody who opens the link learns. */
export type OpenInvitation = {
  workspace: { id: string; slug: string; name: string };
  role: Role;
  organisation: string | null;
};
export type InvitationLook = { state: 'open'; invitation: OpenInvitation } | { state: NotOpen };
type NotOpen = Exclude<InvitationState, 'open'> | 'wrong';

export type AcceptResult = { ok: true; personId: string; slug: string } | { ok: false; state: NotOpen };

export type Invitations = ReturnType<typeof createInvitations>;

type Options = { db: Db; now: () => number; rightsChanged: (personId: string) => Promise<void> };
type Row = typeof invitation.$inferSelect;

/** Single-use links into a workspace, with role and organisation preset. */
export function createInvitations({ db, now, rightsChanged }: Options) {
  function stateOf(row: Row): InvitationState {
    if (row.usedAt !== null) return 'used';
    if (row.revokedAt !== null) return 'revoked';
    return row.expiresAt <= now() ? 'expired' : 'open';
  }

  function find(orm: Orm, token: string): Row | undefined {
    return orm
      .select()
      .from(invitation)
      .where(eq(invitation.tokenHash, hashToken(token)))
      .get();
  }

  return {
    /** The token is shown once and never stored. @throws Refused 'unknown-organisation' */
    async create(
      input: Standing & { workspaceId: string; note: string; createdBy: string; lifetimeMs: number },
    ): Promise<{ id: string; token: string }> {
      const { lifetimeMs, ...fields } = input;
      const token = newToken();
      const id = newId();
      const at = now();
      await write(db, (tx) => {
        requireOrganisation(tx, input.workspaceId, input.organisationId);
        const row = { id, ...fields, tokenHash: hashToken(token), createdAt: at, expiresAt: at + lifetimeMs };
        tx.insert(invitation).values(row).run();
      });
      return { id, token };
    },

    /** All invitations of a workspace, newest first. */
    async list(workspaceId: string): Promise<InvitationView[]> {
      return db.orm
        .select({ row: invitation, organisation: organisation.name, usedBy: person.name })
        .from(invitation)
        .leftJoin(organisation, eq(organisation.id, invitation.organisationId))
        .leftJoin(person, eq(person.id, invitation.usedBy))
        .where(eq(invitation.workspaceId, workspaceId))
        .orderBy(desc(invitation.createdAt), desc(invitation.id))
        .all()
        .map(({ row, organisation, usedBy }) => {
          const { id, role, note, createdAt, expiresAt, usedAt } = row;
          return { id, state: stateOf(row), role, organisation, note, createdAt, expiresAt, usedAt, usedBy };
        });
    },

    /** Makes an open link useless. False when it was not open any more. */
    revoke: (workspaceId: string, id: string): Promise<boolean> =>
      write(db, (tx) => {
        const mine = and(eq(invitation.id, id), eq(invitation.workspaceId, workspaceId));
        const row = tx.select().from(invitation).where(mine).get();
        if (!row || stateOf(row) !== 'open') return false;
        tx.update(invitation).set({ revokedAt: now() }).where(mine).run();
        return true;
      }),

    async look(token: string): Promise<InvitationLook> {
      const row = find(db.orm, token);
      if (!row) return { state: 'wrong' };
      const state = stateOf(row);
      if (state !== 'open') return { state };
      const names = db.orm
        .select({ id: workspace.id, slug: workspace.slug, name: workspace.name, organisation: organisation.name })
        .from(workspace)
        .leftJoin(organisation, eq(organisation.id, row.organisationId ?? ''))
        .where(eq(workspace.id, row.workspaceId))
        .get();
      if (!names) return { state: 'wrong' };
      const { organisation: organisationName, ...space } = names;
      return { state, invitation: { workspace: space, role: row.role, organisation: organisationName } };
    },

    /**
     * Uses the link, once: of two who press at the same moment one joins, and the other leaves no trace.
     * @throws Refused 'already-member' (the link stays open), 'email-taken'
     */
    async accept(token: string, who: { personId: string } | { newPerson: NewPerson }): Promise<AcceptResult> {
      const result = await write(db, (tx): AcceptResult => {
        const row = find(tx, token);
        const state = row ? stateOf(row) : 'wrong';
        if (!row || state !== 'open') return { ok: false, state: state === 'open' ? 'wrong' : state };
        const at = now();
        const personId = 'personId' in who ? who.personId : insertPerson(tx, who.newPerson, at);
        joinWorkspace(tx, row.workspaceId, personId, { role: row.role, organisationId: row.organisationId }, at);
        tx.update(invitation).set({ usedAt: at, usedBy: personId }).where(eq(invitation.id, row.id)).run();
        const space = tx.select().from(workspace).where(eq(workspace.id, row.workspaceId)).get();
        return { ok: true, personId, slug: space?.slug ?? '' };
      });
      if (result.ok) await rightsChanged(result.personId);
      return result;
    },
  };
}
