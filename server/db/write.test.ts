import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DATABASE_FILE, openDatabase } from './client.ts';
import { workspace } from './schema.ts';
import { isBusy, write } from './write.ts';

/** A database that another process is writing to until `release`. */
function busyDatabase() {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopplans-busy-'));
  const db = openDatabase(folder);
  const other = new Database(path.join(folder, DATABASE_FILE));
  other.exec('BEGIN IMMEDIATE');
  onTestFinished(() => {
    other.close();
    db.close();
    rmSync(folder, { recursive: true });
  });
  const release = () => other.exec('ROLLBACK');
  return { db, release };
}

test('a write waits for another process that writes, and then succeeds', async () => {
  const { db, release } = busyDatabase();
  const writing = write(db, (tx) =>
    tx.insert(workspace).values({ id: 'w', slug: 'novads', name: 'Novads', createdAt: 0 }).run(),
  );
  // Whoever reads does not wait.
  expect(db.orm.select().from(workspace).all()).toEqual([]);
  release();
  await writing;
  expect(db.orm.select().from(workspace).all()).toHaveLength(1);
});

test('nobody waits inside the database, where the whole process would stand still', () => {
  const { db } = busyDatabase();
  expect(db.sqlite.pragma('busy_timeout', { simple: true })).toBe(0);
  let problem: unknown;
  try {
    db.sqlite.exec('BEGIN IMMEDIATE');
  } catch (error) {
    problem = error;
  }
  expect(isBusy(problem)).toBe(true);
});
