import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { isBusy } from './write.ts';

/**
 * Takes a lock file for this process alone. The lock goes with the process, however it ends.
 * @param patience milliseconds to wait for another process that has it; nothing else runs here meanwhile
 * @returns how to give it back, or null when another process has it
 */
export function takeLock(file: string, patience = 0): (() => void) | null {
  mkdirSync(path.dirname(file), { recursive: true });
  const lock = new Database(file, { timeout: patience });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
  // Kept from being collected: a closed database would give the lock away.
  held.add(lock);
  return () => {
    held.delete(lock);
    lock.close();
  };
}

const held = new Set<Database.Database>();

/**
 * Takes a data folder for this process alone: two servers would each believe that they know the newest ledger row.
 * Returns how to give it back, or null when another server has it.
 */
export function lockDataDir(dataDir: string): (() => void) | null {
  return takeLock(path.join(dataDir, 'server.lock'));
}
