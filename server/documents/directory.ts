import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { membership, person } from '../db/schema.ts';
import type { People } from '../people.ts';
import type { Directory } from './documents.ts';

/** What the engine has to know about people, asked of those who know. */
export function createDirectory(db: Db, people: () => Pick<People, 'sessions' | 'documentAccess'>): Directory {
  const members = db.orm
    .select({ name: person.name, mark: membership.mark })
    .from(membership)
    .innerJoin(person, eq(person.id, membership.personId))
    .where(
      and(
        eq(membership.workspaceId, sql.placeholder('workspaceId')),
        eq(membership.personId, sql.placeholder('personId')),
      ),
    )
    .prepare();

  return {
    async identify(cookie) {
      const signedIn = await people().sessions.read(cookie);
      return signedIn && { personId: signedIn.person.id, sessionKey: signedIn.key };
    },
    isLive: (sessionKey) => people().sessions.isLive(sessionKey),
    async access(personId, documentId) {
      const access = await people().documentAccess(personId, documentId);
      if (!access) return 'no-document';
      const { workspaceId, role, organisationId } = access;
      if (!role) return null;
      const member = members.get({ workspaceId, personId });
      return member ? { role, organisationId, ...member } : null;
    },
  };
}
