import type Database from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { inProject } from '../project-folder.ts';

export const NEWER_DATABASE = 'NEWER_DATABASE';

/**
 * The database has been migrated by a later version of Kopplāns. The message is one line for whoever runs the server.
 */
export class NewerDatabaseError extends Error {
  readonly code = NEWER_DATABASE;

  constructor() {
    super('it is from a newer version of Kopplāns. Run that version, or restore a backup from before the upgrade');
  }
}

/** Whether a database knows migrations that this version does not. */
export function isNewer(sqlite: Database.Database): boolean {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (!table) return false;
  const { newest } = sqlite
    .prepare<[], { newest: number | null }>('SELECT max(created_at) AS newest FROM __drizzle_migrations')
    .get() ?? { newest: null };
  const known = readMigrationFiles({ migrationsFolder: inProject('drizzle') }).map(({ folderMillis }) => folderMillis);
  return newest !== null && newest > Math.max(...known);
}
