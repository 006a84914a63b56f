import type { Config } from './config.ts';
import { createDirectory } from './documents/directory.ts';
import type { Documents } from './documents/documents.ts';
import { createDocuments } from './documents/engine.ts';
import { openDatabase, type Db } from './db/client.ts';
import { createLog, type Log } from './log.ts';
import { createPeople, type People } from './people.ts';

/** The one application object: everything that routes, sockets and commands share. */
export type App = {
  config: Config;
  log: Log;
  db: Db;
  people: People;
  documents: Documents;
  /** Lines for the person who starts the server: set-up link, demo notice. */
  welcome: string[];
  close(): Promise<void>;
};

export async function createApp(config: Config): Promise<App> {
  const log = createLog(config.logLevel);
  const db = openDatabase(config.dataDir);
  const documents = createDocuments({
    db,
    log,
    directory: createDirectory(db, () => people),
    origin: config.origin,
  });
  const people = createPeople({
    db,
    secure: config.origin?.startsWith('https:') ?? false,
    recheck: (personId) => documents.recheck(personId),
  });
  await people.sessions.deleteExpired();
  return {
    config,
    log,
    db,
    people,
    documents,
    welcome: await welcome(config, people),
    async close() {
      await documents.close();
      db.close();
    },
  };
}

async function welcome(config: Config, people: People): Promise<string[]> {
  if (config.demo) return [];
  const token = await people.setup.offer();
  return token ? [`Set up the first workspace, with this link, once: ${config.origin ?? ''}/set-up/${token}`] : [];
}
