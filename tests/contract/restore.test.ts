import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { addGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { FIRST_EPOCH } from '#domain/sync.ts';
import { DATABASE_FILE, openDatabase } from '#server/db/client.ts';
import { lockDataDir } from '#server/db/lock.ts';
import { createDocuments } from '#server/documents/engine.ts';
import { createLog } from '#server/log.ts';
import { command } from '../support/command.ts';
import { until } from '../support/engine.ts';
import { PeopleByName } from '../support/people-by-name.ts';
import { Random } from '../support/random.ts';

const ANNA = { personId: 'anna', organisationId: null };

/** A data folder without a server, and a folder for backups. */
function place(): { dataDir: string; backups: string; database: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopplans-restore-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const dataDir = path.join(folder, 'data');
  const backups = path.join(folder, 'backups');
  mkdirSync(dataDir);
  mkdirSync(backups);
  return { dataDir, backups, database: path.join(dataDir, DATABASE_FILE) };
}

/** Runs the engine on a data folder for as long as `work` takes. */
async function withEngine<T>(dataDir: string, work: (engine: Running) => Promise<T>): Promise<T> {
  const db = openDatabase(dataDir);
  db.sqlite.exec(`INSERT OR IGNORE INTO workspace (id, slug, name, created_at) VALUES ('w', 'novads', 'Novads', 0);
    INSERT OR IGNORE INTO person (id, email, name, created_at) VALUES ('anna', 'anna@example.org', 'Anna', 0)`);
  const documents = createDocuments({ db, log: createLog('silent'), directory: new PeopleByName(), origin: null });
  const plan = await documents.createPlan({ workspaceId: 'w', year: 2025, title: 'Plāns' });
  try {
    return await work({ documents, plan });
  } finally {
    await documents.close();
    db.close();
  }
}

type Running = { documents: ReturnType<typeof createDocuments>; plan: string };

const write = (dataDir: string, ...goals: string[]) =>
  withEngine(dataDir, async ({ documents, plan }) => {
    const anna = await documents.join(plan, ANNA);
    for (const goal of goals) addGoal(anna.doc, goal);
    await anna.close();
  });
const goalsIn = (dataDir: string) =>
  withEngine(dataDir, ({ documents, plan }) =>
    documents.read(plan, (doc) =>
      readPlan(doc)
        .goals.map(({ title }) => title)
        .sort(),
    ),
  );
const epochIn = (dataDir: string) => withEngine(dataDir, ({ documents, plan }) => documents.epoch(plan));
const keptIn = (dataDir: string) => readdirSync(dataDir).filter((name) => name.includes('before-restore'));

test('E1: what was in the backup is there again, the ledger is in order, and every restore begins another epoch', async () => {
  const { dataDir, backups } = place();
  await write(dataDir, 'Pirms');
  const file = path.join(backups, 'copy.sqlite');
  await command(dataDir, 'backup', file);
  await write(dataDir, 'Pēc');
  expect(await epochIn(dataDir)).toBe(FIRST_EPOCH);

  const { status, printed } = await command(dataDir, 'restore', file, '--yes');
  expect(printed).toContain('every ledger ends as it did then');
  expect(printed).toMatch(/What was there before is kept in .*before-restore-\d{4}-/);
  expect(printed).toContain('1 documents begin a new epoch');
  expect(status).toBe(0);
  expect(await goalsIn(dataDir)).toEqual(['Pirms']);
  const epoch = await epochIn(dataDir);
  expect(epoch).not.toBe(FIRST_EPOCH);
  expect(await command(dataDir, 'ledger:verify')).toMatchObject({ status: 0 });
  expect(readdirSync(dataDir).filter((name) => name.startsWith('.'))).toEqual([]);

  // What was there before is whole, and can itself be restored.
  const [kept = ''] = keptIn(dataDir);
  await write(dataDir, 'Pēc atjaunošanas');
  expect(await command(dataDir, 'restore', path.join(dataDir, kept), '--yes')).toMatchObject({ status: 0 });
  expect(await goalsIn(dataDir)).toEqual(['Pirms', 'Pēc']);
  expect(await epochIn(dataDir)).not.toBe(epoch);
  expect(keptIn(dataDir)).toHaveLength(2);
  expect(await command(dataDir, 'ledger:verify')).toMatchObject({ status: 0 });
});

test('an empty data folder gets what the backup holds', async () => {
  const { dataDir, backups } = place();
  await write(dataDir, 'Pirms');
  const file = path.join(backups, 'copy.sqlite');
  await command(dataDir, 'backup', file);
  const fresh = path.join(backups, 'new/data');
  const { status, printed } = await command(fresh, 'restore', '--yes', file);
  expect([status, printed.includes('before-restore')]).toEqual([0, false]);
  expect(await goalsIn(fresh)).toEqual(['Pirms']);
});

test('a damaged database gives way, and is kept with all that lies beside it', async () => {
  const { dataDir, backups, database } = place();
  await write(dataDir, 'Pirms');
  const file = path.join(backups, 'copy.sqlite');
  await command(dataDir, 'backup', file);
  writeFileSync(database, 'no database at all '.repeat(1000));
  writeFileSync(`${database}-wal`, 'nor a log');
  expect(await command(dataDir, 'restore', file, '--yes')).toMatchObject({ status: 0 });
  expect(await goalsIn(dataDir)).toEqual(['Pirms']);
  const [kept = ''] = keptIn(dataDir).sort();
  expect(readFileSync(path.join(dataDir, kept), 'utf8')).toContain('no database at all');
  expect(readFileSync(path.join(dataDir, `${kept}-wal`), 'utf8')).toBe('nor a log');
});

test('nothing is changed while a server or a command has the data, nor without a yes', async () => {
  const { dataDir, backups, database } = place();
  await write(dataDir, 'Pirms');
  const file = path.join(backups, 'copy.sqlite');
  await command(dataDir, 'backup', file);
  await write(dataDir, 'Pēc');

  const release = lockDataDir(dataDir);
  expect(await command(dataDir, 'restore', file, '--yes')).toEqual({
    status: 1,
    printed: `A server is using ${dataDir}: stop it first. Nothing was changed`,
  });
  release?.();

  const other = new Database(database);
  other.prepare('SELECT count(*) FROM document').get();
  const { status, printed } = await command(dataDir, 'restore', file, '--yes');
  expect([status, printed]).toEqual([1, expect.stringContaining(`Another process is using ${database}`)]);
  other.close();

  expect(await command(dataDir, 'restore', file)).toMatchObject({
    status: 2,
    printed: expect.stringContaining('--yes'),
  });
  expect(await goalsIn(dataDir)).toEqual(['Pirms', 'Pēc']);
  expect(readdirSync(dataDir).sort()).toEqual([DATABASE_FILE, 'server.lock']);
});

test('L7, L11: a backup that is not as it was written is refused in one line, and changes nothing', async () => {
  const { dataDir, backups } = place();
  await write(dataDir, 'Pirms', 'Arī');
  const file = path.join(backups, 'copy.sqlite');
  await command(dataDir, 'backup', file);
  let copies = 0;
  const spoilt = (spoil: string) => {
    const copy = path.join(backups, `spoilt-${copies++}.sqlite`);
    copyFileSync(file, copy);
    copyFileSync(`${file}.heads.json`, `${copy}.heads.json`);
    const sqlite = new Database(copy);
    sqlite.exec(spoil);
    sqlite.close();
    return copy;
  };
  const refused = async (copy: string, words: string) => {
    const { status, printed } = await command(dataDir, 'restore', copy, '--yes');
    expect(printed).toContain(words);
    expect([status, printed.split('\n').length]).toEqual([1, 1]);
  };
  await refused(spoilt("UPDATE ledger SET inserted = '[]' WHERE seq = 2"), 'is not in order');
  await refused(spoilt('UPDATE __drizzle_migrations SET created_at = 9e14'), 'newer version of Kopplāns');
  await refused(spoilt('DROP TABLE ledger'), 'cannot be restored: no such table');
  // Cut off with care, and all that follows from it: the database alone would not tell.
  const cut = spoilt(`DELETE FROM provenance WHERE (client_id, clock) IN (SELECT value ->> 0, value ->> 1
      FROM ledger, json_each(provenance) WHERE seq = (SELECT max(seq) FROM ledger));
    DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger);
    DELETE FROM snapshot;
    UPDATE document SET head_seq = (SELECT max(seq) FROM ledger),
      head_hash = (SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1)`);
  await refused(cut, 'does not end with row');
  rmSync(`${cut}.heads.json`);
  const { status, printed } = await command(dataDir, 'restore', cut, '--yes');
  expect([status, printed]).toEqual([0, expect.stringContaining('cannot be told')]);

  const text = path.join(backups, 'text');
  writeFileSync(text, 'x'.repeat(5000));
  await refused(text, 'cannot be restored');
  await refused(path.join(backups, 'nothing'), 'There is no file');
  writeFileSync(`${file}.heads.json`, '{}');
  await refused(file, 'is not what a backup writes');
});

test('a restore that was broken off leaves nothing in the way of the next one', async () => {
  const { dataDir, backups } = place();
  await write(dataDir, 'Pirms');
  const file = path.join(backups, 'copy.sqlite');
  await command(dataDir, 'backup', file);
  mkdirSync(path.join(dataDir, '.restoring'));
  writeFileSync(path.join(dataDir, '.restoring', DATABASE_FILE), 'half');
  expect(await command(dataDir, 'restore', file, '--yes')).toMatchObject({ status: 0 });
  expect(await goalsIn(dataDir)).toEqual(['Pirms']);
});

test('a database from a newer version is left alone by commands', async () => {
  const { dataDir, database } = place();
  await write(dataDir, 'Pirms');
  const sqlite = new Database(database);
  sqlite.exec('UPDATE __drizzle_migrations SET created_at = 9e14');
  sqlite.close();
  expect(await command(dataDir, 'documents:list')).toEqual({
    status: 1,
    printed: expect.stringMatching(/^The database cannot be used: it is from a newer version of Kopplāns[^\n]*$/),
  });
});

test('a restore that is killed at any moment leaves one whole database', async () => {
  const seed = Date.now() % 2 ** 32;
  const random = new Random(seed);
  const { dataDir, backups } = place();
  await write(dataDir, 'Pirms');
  const file = path.join(backups, 'copy.sqlite');
  await command(dataDir, 'backup', file);
  await write(dataDir, 'Pēc');
  const main = path.resolve(import.meta.dirname, '../../server/cli/main.ts');
  for (let i = 0; i < 8; i++) {
    const env = { ...process.env, DATA_DIR: dataDir };
    const child = spawn(process.execPath, [main, 'restore', file, '--yes'], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    // From when it begins to write, for about as long as it takes.
    await until(() => child.exitCode !== null || existsSync(path.join(dataDir, '.restoring')), 30_000);
    await delay(random.below(100));
    child.kill('SIGKILL');
    await ended;
    expect(await command(dataDir, 'ledger:verify'), `seed ${seed}`).toMatchObject({ status: 0 });
    expect([['Pirms'], ['Pirms', 'Pēc']], `seed ${seed}`).toContainEqual(await goalsIn(dataDir));
    for (const kept of keptIn(dataDir)) {
      const sqlite = new Database(path.join(dataDir, kept), { readonly: true });
      expect(sqlite.pragma('integrity_check', { simple: true }), `seed ${seed}`).toBe('ok');
      sqlite.close();
    }
  }
  expect(await command(dataDir, 'restore', file, '--yes')).toMatchObject({ status: 0 });
  expect(await goalsIn(dataDir)).toEqual(['Pirms']);
}, 120_000);
