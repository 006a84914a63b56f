import type { Config } from './config.ts';
import type { Documents } from './documents/documents.ts';
import { openDatabase, type Db } from './db/client.ts';
import { createLog, type Log } from './log.ts';

/** The one application object: everything that routes, sockets and commands share. */
export type App = {
  config: Config;
  log: Log;
  db: Db;
  documents: Documents;
  /** Lines for the person who starts the server: set-up link, demo notice. */
  welcome: string[];
  close(): Promise<void>;
};

export async function createApp(config: Config): Promise<App> {
  const log = createLog(config.logLevel);
  const db = openDatabase(config.dataDir);
  return {
    config,
    log,
    db,
    documents: notYet(),
    welcome: [],
    async close() {
      db.close();
    },
  };
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
