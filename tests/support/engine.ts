import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { openDatabase, type Db } from '#server/db/client.ts';
import type { Documents } from '#server/documents/documents.ts';
import { createDocuments, type EngineOptions } from '#server/documents/engine.ts';
import { createLog } from '#server/log.ts';
import { TestClient, TestSocket, type ConnectOptions, type SocketOptions } from './clients.ts';
import { PeopleByName } from './people-by-name.ts';

// The document engine alone, on a real database file and a real port, with people who are whoever their cookie says.

export type TestEngine = {
  documents: Documents;
  db: Db;
  dataDir: string;
  documentId: string;
  port: number;
  people: PeopleByName;
  /** Stops the engine as on SIGTERM, does something to its data, and starts it anew. */
  restart(meanwhile?: () => unknown): Promise<void>;
  /** Drops the engine as SIGKILL does: sockets break off, what is not on disk is gone. Starts a new one. */
  crash(): void;
  /** A browser of a person: y-websocket's own client. */
  connect(personId: string, options?: ConnectOptions): TestClient;
  /** A bare socket. */
  socket(personId: string | null, options?: SocketOptions): TestSocket;
};

const WORKSPACE = 'workspace';

/** Starts an engine with one empty plan; it is torn down with the test. */
export async function startEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-'));
  const people = new PeopleByName();
  const log = createLog('silent');
  let db = openDatabase(dataDir);
  db.sqlite
    .prepare('INSERT INTO workspace (id, slug, name, created_at) VALUES (?, ?, ?, 0)')
    .run(WORKSPACE, 'novads', 'Novads');
  people.db = db;
  const create = () => createDocuments({ db, log, directory: people, origin: null, ...options });
  let documents = create();
  const documentId = await documents.createPlan({ workspaceId: WORKSPACE, year: 2025, title: 'Plāns' });

  const server = createServer((_request, response) => response.writeHead(404).end());
  const open = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    documents.handleUpgrade(request, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const clients = new Set<TestClient>();
  const sockets = new Set<TestSocket>();
  onTestFinished(async () => {
    for (const client of clients) client.provider.destroy();
    for (const socket of sockets) socket.ws.terminate();
    await documents.close();
    server.closeAllConnections();
    server.close();
    db.close();
    rmSync(dataDir, { recursive: true });
  });

  return {
    get documents() {
      return documents;
    },
    get db() {
      return db;
    },
    dataDir,
    documentId,
    port,
    people,
    async restart(meanwhile = () => {}) {
      await documents.close();
      db.close();
      await meanwhile();
      db = openDatabase(dataDir);
      people.db = db;
      documents = create();
    },
    crash() {
      db.close();
      for (const socket of open) socket.destroy();
      // Nothing that it still does reaches the disk or anybody.
      void documents.close();
      db = openDatabase(dataDir);
      people.db = db;
      documents = create();
    },
    connect(personId, options = {}) {
      const client = new TestClient(port, documentId, personId, options);
      clients.add(client);
      return client;
    },
    socket(personId, options = {}) {
      const socket = new TestSocket(port, personId, { documentId, ...options });
      sockets.add(socket);
      return socket;
    },
  };
}

/** Waits until `check` is true (or no longer throws); polls, for there is nothing to listen to. */
export function until(check: () => unknown, timeout = 5_000): Promise<void> {
  return vi.waitFor(
    async () => {
      if ((await check()) === false) throw new Error(`not yet: ${check}`);
    },
    { timeout, interval: 5 },
  );
}
