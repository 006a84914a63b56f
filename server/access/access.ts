import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Role } from '#domain/rights.ts';
import type { Db } from '../db/client.ts';
import { document, membership } from '../db/schema.ts';

/** What a person is in a workspace. Ask `allows(role, right)` of #domain/rights.ts what that lets them do. */
export type Access = { workspaceId: string; role: Role; organisationId: string | null };

/** As Access; the role is null for somebody who is no member. */
export type DocumentAccess = { workspaceId: string; role: Role | null; organisationId: string | null };

export type AccessService = ReturnType<typeof createAccess>;

export function createAccess(db: Db) {
  // Asked for each page and, every few seconds, for each open socket: made once.
  const memberships = db.orm
    .select({ role: membership.role, organisationId: membership.organisationId })
    .from(membership)
    .where(
      and(
        eq(membership.workspaceId, sql.placeholder('workspaceId')),
        eq(membership.personId, sql.placeholder('personId')),
        isNull(membership.endedAt),
      ),
    )
    .prepare();
  const documents = db.orm
    .select({ workspaceId: document.workspaceId })
    .from(document)
    .where(eq(document.id, sql.placeholder('documentId')))
    .prepare();

  /** Null for somebody who is not (or no longer) a member. */
  async function access(personId: string, workspaceId: string): Promise<Access | null> {
    const row = memberships.get({ workspaceId, personId });
    return row ? { workspaceId, ...row } : null;
  }

  /** Null when there is no such document. */
  async function documentAccess(personId: string, documentId: string): Promise<DocumentAccess | null> {
    const row = documents.get({ documentId });
    if (!row) return null;
    return (await access(personId, row.workspaceId)) ?? { ...row, role: null, organisationId: null };
  }

  return { access, documentAccess };
}
