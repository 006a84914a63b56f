import Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../project-folder.ts';
import * as schema from './schema.ts';

/** Name of the database in its data directory. */
export const DATABASE_FILE = 'kopplans.sqlite';

/** Short: better-sqlite3 blocks the whole process while it waits. Writers that must not fail retry off the loop. */
export const BUSY_TIMEOUT_MS = 50;

export type Db = {
  /** Typed queries. */
  orm: BetterSQLite3Database<typeof schema>;
  /** The connection underneath, for pragmas and prepared statements. */
  sqlite: Database.Database;
  close(): void;
};

/** Opens (and creates or migrates) the database of a data directory. */
export function openDatabase(dataDir: string): Db {
  mkdirSync(dataDir, { recursive: true });
  const sqlite = new Database(path.join(dataDir, DATABASE_FILE));
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const orm = drizzle(sqlite, { schema });
  migrate(orm, { migrationsFolder: inProject('drizzle') });
  return { orm, sqlite, close: () => sqlite.close() };
}
