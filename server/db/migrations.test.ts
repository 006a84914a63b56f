import Database from 'better-sqlite3';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { expect, onTestFinished, test } from 'vitest';
import { inProject } from '../project-folder.ts';
import { DATABASE_FILE, openDatabase } from './client.ts';

/** A data folder with the database as it was after so many migrations. */
function databaseAfter(migrations: number, fill: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopplans-migrations-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const older = path.join(folder, 'drizzle');
  cpSync(inProject('drizzle'), older, { recursive: true });
  const file = path.join(older, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: unknown[] };
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, migrations) }));
  const sqlite = new Database(path.join(folder, DATABASE_FILE));
  sqlite.pragma('foreign_keys = ON');
  migrate(drizzle(sqlite), { migrationsFolder: older });
  sqlite.exec(fill);
  sqlite.close();
  return folder;
}

test('invitations from before there were some for many keep their state and whoever used them', () => {
  const folder = databaseAfter(
    2,
    `INSERT INTO person (id, email, name, created_at) VALUES ('anna', 'a@example.lv', 'Anna', 1), ('mara', 'm@example.lv', 'Māra', 2);
     INSERT INTO workspace (id, slug, name, created_at) VALUES ('w', 'w', 'W', 1);
     INSERT INTO invitation (id, token_hash, workspace_id, role, note, created_by, created_at, expires_at, used_at, used_by, revoked_at)
     VALUES ('used', 'h1', 'w', 'editor', 'Mārai', 'anna', 1, 2, 5, 'mara', NULL), ('open', 'h2', 'w', 'observer', '', 'anna', 1, 2, NULL, NULL, 7);`,
  );
  const db = openDatabase(folder);
  onTestFinished(() => db.close());
  expect(
    db.sqlite.prepare('SELECT id, token_hash, note, places, created_by, revoked_at FROM invitation').all(),
  ).toEqual([
    { id: 'used', token_hash: 'h1', note: 'Mārai', places: 1, created_by: 'anna', revoked_at: null },
    { id: 'open', token_hash: 'h2', note: '', places: 1, created_by: 'anna', revoked_at: 7 },
  ]);
  expect(db.sqlite.prepare('SELECT * FROM invitation_use').all()).toEqual([
    { invitation_id: 'used', person_id: 'mara', at: 5 },
  ]);
  expect(db.sqlite.pragma('foreign_key_check')).toEqual([]);
  const tables = db.sqlite.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '\\_\\_%' ESCAPE '\\'").all();
  expect(tables).toEqual([{ name: '__drizzle_migrations' }]);
});
