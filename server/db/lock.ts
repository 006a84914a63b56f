import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { isBusy } from './write.ts';

/**
 * Takes a data folder for this process alone: two servers would each believe that they know the newest ledger row. The
 * lock goes with the process, however it ends. False when another server has it.
 */
export function lockDataDir(dataDir: string): boolean {
  mkdirSync(dataDir, { recursive: true });
  const lock = new Database(path.join(dataDir, 'server.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    held.push(lock);
    return true;
  } catch (error) {
    lock.close();
    if (isBusy(error)) return false;
    throw error;
  }
}

/** Kept from being collected: a closed database would give the lock away. */
const held: Database.Database[] = [];
