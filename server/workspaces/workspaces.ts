import { and, asc, eq, inArray, isNotNull, isNull, max, sql } from 'drizzle-orm';
import type { Thresholds } from '#domain/authorship.ts';
import { newId } from '#domain/ids.ts';
import { nameKey, type MemberView, type OrganisationKind, type OrganisationView, type Sector } from '#domain/people.ts';
import { allows, type Role } from '#domain/rights.ts';
import type { Db } from '../db/client.ts';
import { document, invitation, invitationMail, membership, organisation, person, workspace } from '../db/schema.ts';
import { write, type Orm } from '../db/write.ts';
import { Refused } from '../errors.ts';
import { slugOf } from './slug.ts';

export type Workspace = typeof workspace.$inferSelect;
export type NewOrganisation = { name: string; kind: OrganisationKind; sector: Sector };
/** What a member is in a workspace: the role, and the organisation that they act for. */
export type Standing = { role: Role; organisationId: string | null };

export type Workspaces = ReturnType<typeof createWorkspaces>;

type Options = {
  db: Db;
  now: () => number;
  /** Called after somebody's role, organisation or membership changed. */
  rightsChanged: (personId: string) => Promise<void>;
};

/** Workspaces with their organisations and members. */
export function createWorkspaces({ db, now, rightsChanged }: Options) {
  return {
    /** Creates a workspace with an address of its own. */
    create: (input: { name: string; demo?: boolean }): Promise<Workspace> =>
      write(db, (tx) => insertWorkspace(tx, input, now())),

    async bySlug(slug: string): Promise<Workspace | null> {
      return db.orm.select().from(workspace).where(eq(workspace.slug, slug)).get() ?? null;
    },

    async all(): Promise<Workspace[]> {
      return db.orm.select().from(workspace).orderBy(asc(workspace.createdAt)).all();
    },

    /** Workspaces that a person is a member of, the first joined first. */
    async ofPerson(personId: string): Promise<Workspace[]> {
      return db.orm
        .select({ workspace })
        .from(membership)
        .innerJoin(workspace, eq(workspace.id, membership.workspaceId))
        .where(and(eq(membership.personId, personId), isNull(membership.endedAt)))
        .orderBy(asc(membership.createdAt))
        .all()
        .map((row) => row.workspace);
    },

    /** Whether a person was a member of some workspace before. */
    async hasLeft(personId: string): Promise<boolean> {
      const ended = and(eq(membership.personId, personId), isNotNull(membership.endedAt));
      return db.orm.select({ at: membership.endedAt }).from(membership).where(ended).get() !== undefined;
    },

    async organisations(workspaceId: string): Promise<OrganisationView[]> {
      const { id, name, kind, sector } = organisation;
      return db.orm
        .select({ id, name, kind, sector })
        .from(organisation)
        .where(eq(organisation.workspaceId, workspaceId))
        .orderBy(asc(organisation.createdAt), asc(organisation.id))
        .all();
    },

    /** @throws Refused 'organisation-taken' when the workspace has one of this name; returns the new id */
    addOrganisation: (workspaceId: string, input: NewOrganisation): Promise<string> =>
      write(db, (tx) => insertOrganisation(tx, workspaceId, input, now())),

    /** @throws Refused 'organisation-taken' when another one has the name, 'unknown-organisation' */
    changeOrganisation: (workspaceId: string, organisationId: string, input: NewOrganisation): Promise<void> =>
      write(db, (tx) => {
        requireOrganisation(tx, workspaceId, organisationId);
        requireFreeName(tx, workspaceId, input.name, organisationId);
        tx.update(organisation).set(input).where(eq(organisation.id, organisationId)).run();
      }),

    /** Everybody who is or ever was a member, in order of joining. */
    async members(workspaceId: string): Promise<MemberView[]> {
      return db.orm
        .select({
          id: person.id,
          name: person.name,
          role: membership.role,
          organisation: membership.organisationId,
          mark: membership.mark,
          ended: sql<boolean>`${membership.endedAt} is not null`.mapWith(Boolean),
        })
        .from(membership)
        .innerJoin(person, eq(person.id, membership.personId))
        .where(eq(membership.workspaceId, workspaceId))
        .orderBy(asc(membership.mark))
        .all();
    },

    /** E-mail addresses of present members by person id. For coordinators only. */
    async emails(workspaceId: string): Promise<Record<string, string>> {
      const rows = db.orm
        .select({ id: person.id, email: person.email })
        .from(membership)
        .innerJoin(person, eq(person.id, membership.personId))
        .where(and(eq(membership.workspaceId, workspaceId), isNull(membership.endedAt)))
        .all();
      return Object.fromEntries(rows.map((row) => [row.id, row.email]));
    },

    async plans(workspaceId: string): Promise<{ documentId: string; year: number }[]> {
      return db.orm
        .select({ documentId: document.id, year: document.year })
        .from(document)
        .where(and(eq(document.workspaceId, workspaceId), eq(document.kind, 'plan')))
        .orderBy(asc(document.year))
        .all()
        .flatMap(({ documentId, year }) => (year === null ? [] : [{ documentId, year }]));
    },

    /** @throws Refused 'already-member', 'unknown-organisation' */
    async addMember(workspaceId: string, personId: string, standing: Standing): Promise<void> {
      await write(db, (tx) => joinWorkspace(tx, workspaceId, personId, standing, now()));
      await rightsChanged(personId);
    },

    /** @throws Refused 'unknown-member', 'unknown-organisation', 'last-coordinator' */
    async changeMember(workspaceId: string, personId: string, standing: Standing): Promise<void> {
      await write(db, (tx) => {
        requireOrganisation(tx, workspaceId, standing.organisationId);
        if (standing.role !== 'coordinator') keepACoordinator(tx, workspaceId, personId);
        changeMembership(tx, workspaceId, personId, standing);
        if (!allows(standing.role, 'members:manage')) revokeInvitationsBy(tx, workspaceId, personId, now());
      });
      await rightsChanged(personId);
    },

    /**
     * The person can no longer enter; what they wrote keeps their name.
     * @throws Refused 'unknown-member', 'last-coordinator'
     */
    async endMembership(workspaceId: string, personId: string): Promise<void> {
      await write(db, (tx) => {
        keepACoordinator(tx, workspaceId, personId);
        changeMembership(tx, workspaceId, personId, { endedAt: now() });
        revokeInvitationsBy(tx, workspaceId, personId, now());
      });
      await rightsChanged(personId);
    },
  };
}

/** When somebody counts as a co-author in a workspace. */
export function thresholdsOf({ coAuthorShare, coAuthorCharacters }: Workspace): Thresholds {
  return { share: coAuthorShare, characters: coAuthorCharacters };
}

export function insertWorkspace(tx: Orm, input: { name: string; demo?: boolean }, at: number): Workspace {
  const base = slugOf(input.name);
  const taken = (slug: string) => tx.select().from(workspace).where(eq(workspace.slug, slug)).get() !== undefined;
  let slug = base;
  for (let number = 2; taken(slug); number++) slug = `${base}-${number}`;
  return tx
    .insert(workspace)
    .values({ id: newId(), slug, name: input.name, demo: input.demo ?? false, createdAt: at })
    .returning()
    .get();
}

export function insertOrganisation(tx: Orm, workspaceId: string, input: NewOrganisation, at: number): string {
  requireFreeName(tx, workspaceId, input.name);
  const id = newId();
  tx.insert(organisation)
    .values({ id, workspaceId, ...input, createdAt: at })
    .run();
  return id;
}

/** No two organisations of a workspace have one name; `own` may keep its. */
function requireFreeName(tx: Orm, workspaceId: string, name: string, own?: string): void {
  const wanted = nameKey(name);
  const taken = tx
    .select({ id: organisation.id, name: organisation.name })
    .from(organisation)
    .where(eq(organisation.workspaceId, workspaceId))
    .all()
    .some((row) => row.id !== own && nameKey(row.name) === wanted);
  if (taken) throw new Refused('organisation-taken');
}

/** Makes a person a member, for the first time or again (they keep their author mark). */
export function joinWorkspace(tx: Orm, workspaceId: string, personId: string, standing: Standing, at: number): void {
  requireOrganisation(tx, workspaceId, standing.organisationId);
  const here = eq(membership.workspaceId, workspaceId);
  const before = tx
    .select()
    .from(membership)
    .where(and(here, eq(membership.personId, personId)))
    .get();
  if (before && before.endedAt === null) throw new Refused('already-member');
  if (before) {
    tx.update(membership)
      .set({ ...standing, endedAt: null })
      .where(and(here, eq(membership.personId, personId)))
      .run();
    return;
  }
  const last = tx
    .select({ mark: max(membership.mark) })
    .from(membership)
    .where(here)
    .get();
  const mark = (last?.mark ?? -1) + 1;
  tx.insert(membership)
    .values({ workspaceId, personId, ...standing, mark, createdAt: at })
    .run();
}

/** Whether somebody was a member and was removed. */
export function isFormerMember(tx: Orm, workspaceId: string, personId: string): boolean {
  const row = tx
    .select({ endedAt: membership.endedAt })
    .from(membership)
    .where(and(eq(membership.workspaceId, workspaceId), eq(membership.personId, personId)))
    .get();
  return row !== undefined && row.endedAt !== null;
}

export function requireOrganisation(tx: Orm, workspaceId: string, organisationId: string | null): void {
  if (organisationId === null) return;
  const found = tx
    .select({ id: organisation.id })
    .from(organisation)
    .where(and(eq(organisation.id, organisationId), eq(organisation.workspaceId, workspaceId)))
    .get();
  if (!found) throw new Refused('unknown-organisation');
}

type MembershipChange = Partial<Standing & { endedAt: number }>;

function changeMembership(tx: Orm, workspaceId: string, personId: string, change: MembershipChange): void {
  const { changes } = tx.update(membership).set(change).where(present(workspaceId, personId)).run();
  if (changes === 0) throw new Refused('unknown-member');
}

/** Whoever may not invite any more must not have a way back, nor an account in store. */
function revokeInvitationsBy(tx: Orm, workspaceId: string, personId: string, at: number): void {
  const theirs = and(
    eq(invitation.workspaceId, workspaceId),
    eq(invitation.createdBy, personId),
    isNull(invitation.revokedAt),
  );
  const ids = tx.select({ id: invitation.id }).from(invitation).where(theirs);
  tx.delete(invitationMail).where(inArray(invitationMail.invitationId, ids)).run();
  tx.update(invitation).set({ revokedAt: at }).where(theirs).run();
}

/** A workspace without a coordinator could never be managed again. */
function keepACoordinator(tx: Orm, workspaceId: string, leaving: string): void {
  const coordinators = tx
    .select({ personId: membership.personId })
    .from(membership)
    .where(and(eq(membership.workspaceId, workspaceId), eq(membership.role, 'coordinator'), isNull(membership.endedAt)))
    .all();
  if (coordinators.length === 1 && coordinators[0]?.personId === leaving) throw new Refused('last-coordinator');
}

function present(workspaceId: string, personId: string) {
  return and(eq(membership.workspaceId, workspaceId), eq(membership.personId, personId), isNull(membership.endedAt));
}
