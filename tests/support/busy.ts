import Database from 'better-sqlite3';
import path from 'node:path';
import type { AppServer } from './app-server.ts';

/** Another process holds the database: nothing can be written. Returns how it lets go. */
export function keepBusy(server: AppServer): () => void {
  const other = new Database(path.join(server.dataDir, 'kopplans.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  return () => other.close();
}
