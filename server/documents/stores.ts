import type { Log } from '../log.ts';
import type { AuthorTable } from './authors.ts';
import type { ClaimTable } from './claims.ts';
import type { Commits } from './commits.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { DeletedTable } from './deleted.ts';
import type { Ledger } from './ledger.ts';
import type { Limits } from './limits.ts';
import type { Participations } from './participation.ts';
import type { Snapshots } from './snapshots.ts';

/** What all rooms share. */
export type Stores = {
  log: Log;
  limits: Limits & ConnectionLimits;
  ledger: Ledger;
  claims: ClaimTable;
  authors: AuthorTable;
  deleted: DeletedTable;
  snapshots: Snapshots;
  participations: Participations;
  commits: Commits;
  now: () => number;
};
