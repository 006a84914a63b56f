import { and, asc, count, desc, eq } from 'drizzle-orm';
import { newId } from '#domain/ids.ts';
import type { InvitationMail, InvitationState, InvitationView } from '#domain/people.ts';
import type { Role } from '#domain/rights.ts';
import { addressKey } from '../address.ts';
import type { Db } from '../db/client.ts';
import { invitation, invitationMail, invitationUse, organisation, person, workspace } from '../db/schema.ts';
import { write, type Orm } from '../db/write.ts';
import { Refused } from '../errors.ts';
import { isFormerMember, joinWorkspace, requireOrganisation, type Standing } from '../workspaces/workspaces.ts';
import { insertPerson, type NewPerson } from './accounts.ts';
import { RateLimit } from './rate-limit.ts';
import { hashToken, newToken } from './tokens.ts';

/** What somebody who opens the link learns. */
export type OpenInvitation = {
  workspace: { id: string; slug: string; name: string };
  role: Role;
  organisation: string | null;
  /** Where the letter with the link was sent, if it was. */
  email: string | null;
};
export type InvitationLook =
  | { state: 'open'; many: boolean; invitation: OpenInvitation }
  /** `many`: it was for several people. */
  | { state: NotOpen; many: boolean };
type NotOpen = Exclude<InvitationState, 'open'> | 'wrong';

export type AcceptResult = { ok: true; personId: string; slug: string } | { ok: false; state: NotOpen };

/** `places`: how many people may use the link; null: as many as want to. */
export type NewInvitation = Standing & {
  workspaceId: string;
  places: number | null;
  note: string;
  createdBy: string;
  lifetimeMs: number;
  /** Where to send it. The outbox (server/mail) takes it from there. */
  mail?: { email: string; locale: 'lv' | 'en' } | null;
};

/** What a letter with an invitation says. */
export type InvitationLetter = Omit<OpenInvitation, 'email'> & { inviter: string; expiresAt: number };

export type Invitations = ReturnType<typeof createInvitations>;

type Options = { db: Db; now: () => number; rightsChanged: (personId: string) => Promise<void> };
type Row = typeof invitation.$inferSelect;

const WINDOW_MS = 15 * 60_000;
/** A whole hall may come through one router. */
const JOINS_PER_ADDRESS = 150;
const JOINS_PER_LINK = 600;

/** Links into a workspace, for one person or for many, with role and organisation preset. */
export function createInvitations({ db, now, rightsChanged }: Options) {
  const byAddress = new RateLimit({ attempts: JOINS_PER_ADDRESS, windowMs: WINDOW_MS, now });
  const byLink = new RateLimit({ attempts: JOINS_PER_LINK, windowMs: WINDOW_MS, now });

  function stateOf(row: Row, uses: number): InvitationState {
    if (row.places !== null && uses >= row.places) return 'used';
    if (row.revokedAt !== null) return 'revoked';
    return row.expiresAt <= now() ? 'expired' : 'open';
  }

  function find(orm: Orm, token: string): { row: Row; state: InvitationState } | null {
    const row = orm
      .select()
      .from(invitation)
      .where(eq(invitation.tokenHash, hashToken(token)))
      .get();
    return row ? { row, state: stateOf(row, usesOf(orm, row.id)) } : null;
  }

  return {
    /** The token is shown once and never stored. @throws Refused 'unknown-organisation', 'coordinator-for-many' */
    async create(input: NewInvitation): Promise<{ id: string; token: string }> {
      // Whoever gets hold of such a link would manage the workspace.
      if (input.role === 'coordinator' && input.places !== 1) throw new Refused('coordinator-for-many');
      const { lifetimeMs, mail = null, ...fields } = input;
      const token = newToken();
      const id = newId();
      const at = now();
      await write(db, (tx) => {
        requireOrganisation(tx, input.workspaceId, input.organisationId);
        const row = { id, ...fields, tokenHash: hashToken(token), createdAt: at, expiresAt: at + lifetimeMs };
        tx.insert(invitation).values(row).run();
        if (!mail) return;
        tx.insert(invitationMail)
          .values({ invitationId: id, ...mail, state: 'waiting', at })
          .run();
      });
      return { id, token };
    },

    /** All invitations of a workspace, newest first. */
    async list(workspaceId: string): Promise<InvitationView[]> {
      const uses = usesByInvitation(db.orm, workspaceId);
      return db.orm
        .select({ row: invitation, organisation: organisation.name, mail: invitationMail })
        .from(invitation)
        .leftJoin(invitationMail, eq(invitationMail.invitationId, invitation.id))
        .leftJoin(organisation, eq(organisation.id, invitation.organisationId))
        .where(eq(invitation.workspaceId, workspaceId))
        .orderBy(desc(invitation.createdAt), desc(invitation.id))
        .all()
        .map(({ row, organisation, mail }) => {
          const { id, role, note, places, createdAt, expiresAt } = row;
          const mine = uses.get(id) ?? [];
          const state = stateOf(row, mine.length);
          return {
            id,
            state,
            role,
            organisation,
            note,
            places,
            createdAt,
            expiresAt,
            uses: mine,
            mail: mailView(mail),
          };
        });
    },

    /** Makes an open link useless. False when it was not open any more. */
    revoke: (workspaceId: string, id: string): Promise<boolean> =>
      write(db, (tx) => {
        const mine = and(eq(invitation.id, id), eq(invitation.workspaceId, workspaceId));
        const row = tx.select().from(invitation).where(mine).get();
        if (!row || stateOf(row, usesOf(tx, id)) !== 'open') return false;
        tx.update(invitation).set({ revokedAt: now() }).where(mine).run();
        forgetMail(tx, id);
        return true;
      }),

    async look(token: string): Promise<InvitationLook> {
      const found = find(db.orm, token);
      if (!found) return { state: 'wrong', many: false };
      const { row, state } = found;
      const many = row.places !== 1;
      if (state !== 'open') return { state, many };
      const names = db.orm
        .select({ id: workspace.id, slug: workspace.slug, name: workspace.name, organisation: organisation.name })
        .from(workspace)
        .leftJoin(organisation, eq(organisation.id, row.organisationId ?? ''))
        .where(eq(workspace.id, row.workspaceId))
        .get();
      if (!names) return { state: 'wrong', many };
      const { organisation: organisationName, ...space } = names;
      const mail = db.orm.select().from(invitationMail).where(eq(invitationMail.invitationId, row.id)).get();
      return {
        state,
        many,
        invitation: { workspace: space, role: row.role, organisation: organisationName, email: mail?.email ?? null },
      };
    },

    /** Where an invitation leads, whatever has become of it; null: nowhere. */
    async workspaceOf(token: string): Promise<{ id: string; slug: string } | null> {
      const found = find(db.orm, token);
      const space = found && db.orm.select().from(workspace).where(eq(workspace.id, found.row.workspaceId)).get();
      return space ? { id: space.id, slug: space.slug } : null;
    },

    /** What a letter with an invitation says; null when the invitation is not open any more. */
    async letter(id: string): Promise<InvitationLetter | null> {
      const found = db.orm
        .select({ row: invitation, workspace, organisation: organisation.name, inviter: person.name })
        .from(invitation)
        .innerJoin(workspace, eq(workspace.id, invitation.workspaceId))
        .leftJoin(organisation, eq(organisation.id, invitation.organisationId))
        .leftJoin(person, eq(person.id, invitation.createdBy))
        .where(eq(invitation.id, id))
        .get();
      if (!found || stateOf(found.row, usesOf(db.orm, id)) !== 'open') return null;
      const { row, organisation: organisationName, inviter } = found;
      return {
        workspace: { id: found.workspace.id, slug: found.workspace.slug, name: found.workspace.name },
        role: row.role,
        organisation: organisationName,
        inviter: inviter ?? '',
        expiresAt: row.expiresAt,
      };
    },

    /** A new token for an invitation: the earlier link ends, for nobody knows it any more. */
    async renewToken(id: string): Promise<string> {
      const token = newToken();
      const tokenHash = hashToken(token);
      await write(db, (tx) => tx.update(invitation).set({ tokenHash }).where(eq(invitation.id, id)).run());
      return token;
    },

    /**
     * Counts an attempt to join, before anything costly is done for it. Null: go ahead; else the time (ms since 1970)
     * when the next one is possible.
     */
    attempt: (token: string, address: string): number | null =>
      byAddress.take(addressKey(address)) ?? byLink.take(hashToken(token)),

    /**
     * Uses the link: of two who press at the same moment for its last place one joins, and the other leaves no trace.
     * @throws Refused 'already-member' (no place is taken), 'email-taken', 'former-member'
     */
    async accept(token: string, who: { personId: string } | { newPerson: NewPerson }): Promise<AcceptResult> {
      const result = await write(db, (tx): AcceptResult => {
        const found = find(tx, token);
        if (!found) return { ok: false, state: 'wrong' };
        const { row, state } = found;
        if (state !== 'open') return { ok: false, state };
        const at = now();
        const personId = 'personId' in who ? who.personId : insertPerson(tx, who.newPerson, at);
        // A link that goes round must not bring back whom a coordinator removed.
        if (row.places !== 1 && isFormerMember(tx, row.workspaceId, personId)) throw new Refused('former-member');
        joinWorkspace(tx, row.workspaceId, personId, { role: row.role, organisationId: row.organisationId }, at);
        tx.insert(invitationUse).values({ invitationId: row.id, personId, at }).run();
        if (stateOf(row, usesOf(tx, row.id)) === 'used') forgetMail(tx, row.id);
        const space = tx.select().from(workspace).where(eq(workspace.id, row.workspaceId)).get();
        return { ok: true, personId, slug: space?.slug ?? '' };
      });
      if (result.ok) await rightsChanged(result.personId);
      return result;
    },
  };
}

function mailView(mail: typeof invitationMail.$inferSelect | null): InvitationMail | null {
  return mail && { email: mail.email, state: mail.state, problem: mail.problem, at: mail.at };
}

function forgetMail(tx: Orm, invitationId: string): void {
  tx.delete(invitationMail).where(eq(invitationMail.invitationId, invitationId)).run();
}

function usesOf(orm: Orm, invitationId: string): number {
  const found = orm
    .select({ uses: count() })
    .from(invitationUse)
    .where(eq(invitationUse.invitationId, invitationId))
    .get();
  return found?.uses ?? 0;
}

/** Who used the invitations of a workspace, the first first. */
function usesByInvitation(orm: Orm, workspaceId: string): Map<string, InvitationView['uses']> {
  const rows = orm
    .select({ id: invitationUse.invitationId, name: person.name, at: invitationUse.at })
    .from(invitationUse)
    .innerJoin(invitation, eq(invitation.id, invitationUse.invitationId))
    .innerJoin(person, eq(person.id, invitationUse.personId))
    .where(eq(invitation.workspaceId, workspaceId))
    .orderBy(asc(invitationUse.at))
    .all();
  const uses = new Map<string, InvitationView['uses']>();
  for (const { id, name, at } of rows) uses.set(id, [...(uses.get(id) ?? []), { name, at }]);
  return uses;
}
