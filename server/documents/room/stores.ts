import type { Log } from '../../log.ts';
import type { AuthorTable } from '../attribution/authors.ts';
import type { ClaimTable } from '../attribution/claims.ts';
import type { CutMemory } from '../attribution/cut-memory.ts';
import type { DeletedTable } from '../attribution/deleted.ts';
import type { Participations } from '../attribution/participation.ts';
import type { Epochs } from '../epoch.ts';
import type { Commits } from '../ledger/commits.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshots } from '../ledger/snapshots.ts';
import type { Limits } from '../limits.ts';
import type { Meter } from '../meter.ts';
import type { Upkeep } from '../upkeep.ts';

/** What all rooms share. */
export type Stores = {
  log: Log;
  limits: Limits;
  ledger: Ledger;
  epochs: Epochs;
  claims: ClaimTable;
  authors: AuthorTable;
  deleted: DeletedTable;
  cuts: CutMemory;
  snapshots: Snapshots;
  participations: Participations;
  commits: Commits;
  upkeep: Upkeep;
  meter: Meter;
  now: () => number;
};
