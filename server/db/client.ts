import Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../project-folder.ts';
import { NewerDatabaseError, isNewer } from './newer.ts';
import * as schema from './schema.ts';

/** Name of the database in its data directory. */
export const DATABASE_FILE = 'kopplans.sqlite';

/** How long opening waits for another process that writes (a command, a backup): nobody else waits for us yet. */
const OPENING_PATIENCE_MS = 5_000;

export type Db = {
  /** Typed queries. */
  orm: BetterSQLite3Database<typeof schema>;
  /** The connection underneath, for pragmas and prepared statements. */
  sqlite: Database.Database;
  close(): void;
};

/**
 * Opens (and creates or migrates) the database of a data directory. From then on a busy database says so at once, for
 * waiting inside SQLite would stop the whole process: writers ask again off the event loop (`write`, `Commits`).
 * @throws NewerDatabaseError when a later version of Kopplāns has been at it; nothing is changed then
 */
export function openDatabase(dataDir: string): Db {
  mkdirSync(dataDir, { recursive: true });
  const sqlite = new Database(path.join(dataDir, DATABASE_FILE), { timeout: OPENING_PATIENCE_MS });
  if (isNewer(sqlite)) {
    sqlite.close();
    throw new NewerDatabaseError();
  }
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('foreign_keys = ON');
  const orm = drizzle(sqlite, { schema });
  migrate(orm, { migrationsFolder: inProject('drizzle') });
  sqlite.pragma('busy_timeout = 0');
  return { orm, sqlite, close: () => sqlite.close() };
}
