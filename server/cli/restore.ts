import { constants, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import Database from 'better-sqlite3';
import { DATABASE_FILE, openDatabase } from '../db/client.ts';
import { lockDataDir } from '../db/lock.ts';
import { isNewer } from '../db/newer.ts';
import { write } from '../db/write.ts';
import { beginEpoch } from '../documents/begin-epoch.ts';
import { createLog } from '../log.ts';
import { checkLedgers } from './check-ledgers.ts';
import { CommandError } from './command-error.ts';
import { readOptions, type LoneCommand } from './command.ts';
import { COMPANIONS, copyDatabase, oneFile, toDisk } from './files.ts';
import { differenceFrom, headsFileOf, headsOf, readHeads } from './heads.ts';

/** Folder in the data folder where a backup becomes the next database. */
const STAGE = '.restoring';

export const restore: LoneCommand = {
  name: 'restore',
  usage: '<file> [--yes]',
  about: 'Puts a backup in the place of the database, which is kept aside. The server must be stopped.',
  async runAlone({ dataDir }, args) {
    const { file, yes } = read(args);
    const database = path.join(dataDir, DATABASE_FILE);
    if (!existsSync(file) || !statSync(file).isFile()) throw new CommandError(`There is no file ${file}`);
    if (file === database) throw new CommandError(`${file} is the database itself`);
    mkdirSync(dataDir, { recursive: true });
    const release = lockDataDir(dataDir);
    if (!release) throw new CommandError(`A server is using ${dataDir}: stop it first. Nothing was changed`);
    const stage = path.join(dataDir, STAGE);
    try {
      rmSync(stage, { recursive: true, force: true });
      mkdirSync(stage);
      const staged = path.join(stage, DATABASE_FILE);
      const said = await bring(file, staged);
      for (const line of said) console.log(line);
      if (!yes && !(await agreed(dataDir))) throw new CommandError('Nothing was changed');
      const documents = await prepare(stage);
      const kept = exchange(staged, database);
      console.log(`${dataDir} now has what was in ${file}`);
      if (kept) console.log(`What was there before is kept in ${kept}`);
      console.log(
        `${documents} documents begin a new epoch: whoever wrote what the backup lacks is told, and offered their text`,
      );
      console.log('People, their rights, passwords and sessions are as they were at the backup, too');
    } finally {
      rmSync(stage, { recursive: true, force: true });
      release();
    }
    return 0;
  },
};

function read(args: string[]): { file: string; yes: boolean } {
  const [file, ...options] = args.toSorted((a, b) => Number(a.startsWith('-')) - Number(b.startsWith('-')));
  if (!file || file.startsWith('-')) throw new CommandError('Usage: restore <file> [--yes]', 2);
  return { file: path.resolve(file), yes: readOptions(options, { yes: 'boolean' }).yes ?? false };
}

/** Copies a backup and checks it in every way there is. Returns what there is to say about it. */
async function bring(file: string, staged: string): Promise<string[]> {
  try {
    const source = new Database(file, { readonly: true });
    try {
      await copyDatabase(source, staged);
    } finally {
      source.close();
    }
    const sqlite = new Database(staged, { readonly: true });
    try {
      return await checked(file, sqlite);
    } finally {
      sqlite.close();
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (!(error instanceof Database.SqliteError)) throw error;
    throw new CommandError(`${file} cannot be restored: ${error.message}. Nothing was changed`);
  }
}

async function checked(file: string, sqlite: Database.Database): Promise<string[]> {
  if (isNewer(sqlite)) {
    throw new CommandError(`${file} is from a newer version of Kopplāns: upgrade first. Nothing was changed`);
  }
  const [sound] = sqlite.pragma('integrity_check(1)') as { integrity_check: string }[];
  if (sound?.integrity_check !== 'ok') {
    throw new CommandError(`${file} is damaged: ${sound?.integrity_check}. Nothing was changed`);
  }
  const { documents, rows } = await checkLedgers(sqlite, 'and so nothing was changed');
  const said = [`${file}: ${documents} documents, ${rows} rows in their ledgers, in order`];
  const headsFile = headsFileOf(file);
  const heads = readHeads(headsFile);
  if (!heads) return [...said, `${headsFile} is not there: whether the end of a ledger was cut off cannot be told`];
  const difference = differenceFrom(heads, sqlite);
  if (difference) throw new CommandError(`${headsFile} says otherwise: ${difference}. Nothing was changed`);
  return [...said, `Made on ${heads.at} by version ${heads.version}; every ledger ends as it did then`];
}

async function agreed(dataDir: string): Promise<boolean> {
  if (!stdin.isTTY) {
    throw new CommandError('Nothing was changed: where nobody can be asked, say --yes as well', 2);
  }
  const asked = createInterface({ input: stdin, output: stdout });
  const answer = await asked.question(`Put it in the place of the database in ${dataDir}? Type yes: `);
  asked.close();
  return answer.trim().toLowerCase() === 'yes';
}

/** Brings the staged copy to this version's tables and gives every document a new epoch. Returns how many. */
async function prepare(stage: string): Promise<number> {
  const db = openDatabase(stage);
  try {
    const at = Date.now();
    const log = createLog('warn');
    const documents = headsOf(db.sqlite);
    await write(db, () => {
      for (const { id } of documents) beginEpoch(db.sqlite, id, { at, log });
    });
    return documents.length;
  } finally {
    db.close();
  }
}

/**
 * Puts the staged database in the place of the present one. At every moment one of the two is there, whole. Returns
 * where the present one is kept; null when there was none.
 */
function exchange(staged: string, database: string): string | null {
  oneFile(staged);
  toDisk(staged);
  const folder = path.dirname(database);
  const kept = existsSync(database) ? keep(database) : null;
  renameSync(staged, database);
  toDisk(folder);
  return kept;
}

function keep(database: string): string {
  const kept = freeName(
    `${database}.before-restore-${new Date().toISOString().replace(/\.\d+/, '').replaceAll(':', '-')}`,
  );
  makeWhole(database);
  // Under both names, until the new one takes the old name.
  try {
    linkSync(database, kept);
  } catch {
    // A file system without links.
    copyFileSync(database, kept, constants.COPYFILE_EXCL);
    toDisk(kept);
  }
  // Only a database that cannot be opened still has these. Beside another one they would spoil it.
  for (const suffix of COMPANIONS) if (existsSync(database + suffix)) renameSync(database + suffix, kept + suffix);
  toDisk(path.dirname(database));
  return kept;
}

function freeName(wanted: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}-${i}`;
    if (!existsSync(name)) return name;
  }
}

/** What the log beside the database holds goes into it. One that is damaged is kept as it is. */
function makeWhole(database: string): void {
  try {
    // Read first: opened for writing, SQLite takes the log of a damaged one away.
    const sqlite = new Database(database, { readonly: true });
    try {
      sqlite.prepare('SELECT count(*) FROM sqlite_schema').get();
    } finally {
      sqlite.close();
    }
    oneFile(database);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    if (/^SQLITE_(BUSY|LOCKED)/.test(error.code)) {
      throw new CommandError(`Another process is using ${database}. Nothing was changed`);
    }
  }
}
