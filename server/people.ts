import { createAccess, type AccessService } from './access/access.ts';
import { createAccounts, type Accounts } from './auth/accounts.ts';
import { createInvitations, type Invitations } from './auth/invitations.ts';
import { createSessions, type Sessions } from './auth/sessions.ts';
import { createSetup, type Setup } from './auth/setup.ts';
import type { Db } from './db/client.ts';
import { createWorkspaces, type Workspaces } from './workspaces/workspaces.ts';

/** Who people are, where they belong, and what they may do. */
export type People = AccessService & {
  accounts: Accounts;
  sessions: Sessions;
  invitations: Invitations;
  setup: Setup;
  workspaces: Workspaces;
};

type Options = {
  db: Db;
  /** The public address is https: cookies are for secure connections only. */
  secure: boolean;
  /** Somebody's rights or sessions changed: their open connections must be checked. */
  recheck?: (personId: string) => void;
  now?: () => number;
};

export function createPeople({ db, secure, recheck = () => {}, now = Date.now }: Options): People {
  const sessions = createSessions(db, secure, now);
  const rightsChanged = async (personId: string) => {
    await sessions.renewAll(personId);
    recheck(personId);
  };
  return {
    ...createAccess(db),
    accounts: createAccounts(db, now),
    sessions,
    invitations: createInvitations({ db, now, rightsChanged }),
    setup: createSetup(db, now),
    workspaces: createWorkspaces({ db, now, rightsChanged }),
  };
}
