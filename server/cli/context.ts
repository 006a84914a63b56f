import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, readConfig, type Config } from '../config.ts';
import { DATABASE_FILE, openDatabase, type Db } from '../db/client.ts';
import { NewerDatabaseError } from '../db/newer.ts';
import { createPeople, type People } from '../people.ts';
import { CommandError } from './command-error.ts';

export type Context = { config: Config; db: Db; people: People };

/** A command has no event loop to keep free: it may wait for a busy server. */
const BUSY_TIMEOUT_MS = 5_000;

/** The services that commands use. The document engine stays with the server: one process writes documents. */
export function openContext(env: Record<string, string | undefined>, options: { create: boolean }): Context {
  const config = configOf(env);
  if (!options.create && !existsSync(path.join(config.dataDir, DATABASE_FILE))) {
    throw new CommandError(`No database in ${config.dataDir}: set DATA_DIR to the data folder of the server`);
  }
  const db = opened(config.dataDir);
  db.sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return { config, db, people: createPeople({ db, secure: config.origin?.startsWith('https:') ?? false }) };
}

function opened(dataDir: string): Db {
  try {
    return openDatabase(dataDir);
  } catch (error) {
    if (error instanceof NewerDatabaseError) throw new CommandError(`The database cannot be used: ${error.message}`);
    throw error;
  }
}

/** ORIGIN only decides the name of the session cookie here; without it, as in the demo, the address is plain http. */
export function configOf(env: Record<string, string | undefined>): Config {
  try {
    return readConfig({ ...env, DEMO: env.ORIGIN ? env.DEMO : '1' });
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message, 2);
    throw error;
  }
}
