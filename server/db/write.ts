import type Database from 'better-sqlite3';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from './client.ts';
import type * as schema from './schema.ts';

/** The database or a transaction on it: what a query needs. */
export type Orm = BaseSQLiteDatabase<'sync', Database.RunResult, typeof schema>;

const PATIENCE_MS = 5_000;
const PAUSE_MS = 25;

/**
 * Runs a write transaction. While another process (an admin command, a backup) holds the database, it waits off the
 * event loop and tries again.
 * @throws the database's own error (`isBusy`) after about five seconds, and whatever `work` throws: nothing is written
 */
export async function write<T>(db: Db, work: (tx: Orm) => T): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return db.orm.transaction(work, { behavior: 'immediate' });
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
    }
    await delay(PAUSE_MS);
  }
}

/** Whether an error only says that somebody else is writing. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
