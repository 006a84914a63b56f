import { and, eq, isNull } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { setup, workspace } from '../db/schema.ts';
import { write, type Orm } from '../db/write.ts';
import { Refused } from '../errors.ts';
import {
  insertOrganisation,
  insertWorkspace,
  joinWorkspace,
  type NewOrganisation,
  type Workspace,
} from '../workspaces/workspaces.ts';
import { insertPerson } from './accounts.ts';
import { hashPassword } from './passwords.ts';
import { hashToken, newToken } from './tokens.ts';

export type FirstSteps = {
  name: string;
  email: string;
  password: string;
  workspaceName: string;
  organisation: NewOrganisation;
};

export type Setup = ReturnType<typeof createSetup>;

/** The first coordinator's one-time link. */
export function createSetup(db: Db, now: () => number) {
  function isOpen(orm: Orm, token: string): boolean {
    const row = orm
      .select()
      .from(setup)
      .where(and(eq(setup.tokenHash, hashToken(token)), isNull(setup.usedAt)))
      .get();
    return row !== undefined && isNeeded(orm);
  }

  return {
    /** At each start: a new token while there is no workspace (older links end), null afterwards. */
    offer: (): Promise<string | null> =>
      write(db, (tx) => {
        tx.delete(setup).where(isNull(setup.usedAt)).run();
        if (!isNeeded(tx)) return null;
        const token = newToken();
        tx.insert(setup)
          .values({ tokenHash: hashToken(token), createdAt: now() })
          .run();
        return token;
      }),

    async isOpen(token: string): Promise<boolean> {
      return isOpen(db.orm, token);
    },

    /**
     * Creates the coordinator, the workspace and its first organisation.
     * @throws Refused 'setup-link-invalid', 'email-taken'
     */
    async use(token: string, input: FirstSteps): Promise<{ personId: string; workspace: Workspace }> {
      // Asked twice: hashing is costly, and not done for whoever only guesses links.
      if (!isOpen(db.orm, token)) throw new Refused('setup-link-invalid');
      const passwordHash = await hashPassword(input.password);
      return write(db, (tx) => {
        if (!isOpen(tx, token)) throw new Refused('setup-link-invalid');
        const at = now();
        const personId = insertPerson(tx, { email: input.email, name: input.name, passwordHash }, at);
        const made = insertWorkspace(tx, { name: input.workspaceName }, at);
        const organisationId = insertOrganisation(tx, made.id, input.organisation, at);
        joinWorkspace(tx, made.id, personId, { role: 'coordinator', organisationId }, at);
        tx.update(setup)
          .set({ usedAt: at })
          .where(eq(setup.tokenHash, hashToken(token)))
          .run();
        return { personId, workspace: made };
      });
    },
  };
}

function isNeeded(orm: Orm): boolean {
  return orm.select({ id: workspace.id }).from(workspace).limit(1).get() === undefined;
}
