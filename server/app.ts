import type { Config } from './config.ts';
import type { Documents } from './documents/documents.ts';
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
  const documents = notYet();
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
      db.close();
    },
  };
}

async function welcome(config: Config, people: People): Promise<string[]> {
  if (config.demo) return [];
  const token = await people.setup.offer();
  return token ? [`Set up the first workspace, with this link, once: ${config.origin ?? ''}/set-up/${token}`] : [];
}

function notYet(): Documents {
  const nothing = () => Promise.reject(new Error('The document engine is not connected'));
  return {
    createPlan: nothing,
    read: nothing,
    authors: nothing,
    join: nothing,
    handleUpgrade: (_request, socket) => socket.destroy(),
    recheck: () => {},
    openRooms: () => 0,
    close: async () => {},
  };
}
