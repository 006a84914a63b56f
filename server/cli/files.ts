import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { progress } from './progress.ts';

const PAGES_A_STEP = 2_000;

/** What SQLite may keep beside a database. */
export const COMPANIONS = ['-wal', '-shm', '-journal'];

/** Copies one moment of a database into one file, on disk when this returns. What is written meanwhile is not in it. */
export async function copyDatabase(source: Database.Database, target: string): Promise<void> {
  const told = progress();
  // A copy begins anew whenever somebody else writes, unless what it reads is held fast.
  source.exec('BEGIN');
  try {
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        told('copied', totalPages - remainingPages, totalPages, 'pages');
        return PAGES_A_STEP;
      },
    });
  } finally {
    source.exec('COMMIT');
    told.end();
  }
  oneFile(target);
  toDisk(target);
}

/**
 * Puts a database into one file, without the log beside it that a server's has.
 * @throws SQLite's error when another process has it open
 */
export function oneFile(file: string): void {
  const sqlite = new Database(file);
  try {
    sqlite.pragma('journal_mode = DELETE');
  } finally {
    sqlite.close();
  }
}

/** Waits until a file, or the names in a folder, are on disk. */
export function toDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export function removeDatabase(file: string): void {
  for (const suffix of ['', ...COMPANIONS]) rmSync(file + suffix, { force: true });
}
