import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Role } from '#domain/rights.ts';
import { openDatabase, type Db } from '#server/db/client.ts';
import type { Access, Directory, Documents } from '#server/documents/documents.ts';
import { createDocuments, type EngineOptions } from '#server/documents/engine.ts';
import { createLog } from '#server/log.ts';

// The document engine alone, on a real database file and a real port, with people who are whoever their cookie says.

export type TestEngine = {
  documents: Documents;
  db: Db;
  dataDir: string;
  documentId: string;
  port: number;
  people: TestPeople;
  /** Stops the engine as on SIGTERM and starts it anew on the same data. */
  restart(): Promise<void>;
  /** A browser of a person: y-websocket's own client. */
  connect(personId: string, options?: ConnectOptions): TestClient;
  /** A bare socket. */
  socket(personId: string | null, options?: SocketOptions): TestSocket;
};
type ConnectOptions = { doc?: Y.Doc; params?: Record<string, string> };
type SocketOptions = { documentId?: string; origin?: string; query?: string };

const WORKSPACE = 'workspace';

/** Starts an engine with one empty plan; it is torn down with the test. */
export async function startEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-'));
  const people = new TestPeople();
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
  server.on('upgrade', (request, socket, head) => documents.handleUpgrade(request, socket, head));
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
    async restart() {
      await documents.close();
      db.close();
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

/** People by name: a session is the cookie `person=<name>`. */
export class TestPeople implements Directory {
  db: Db | null = null;
  readonly #members = new Map<string, Access>();
  readonly #signedOut = new Set<string>();

  /** Adds or changes a member; also a row, for participation refers to it. */
  set(personId: string, role: Role = 'editor', organisationId: string | null = 'org'): void {
    this.db?.sqlite
      .prepare('INSERT OR IGNORE INTO person (id, email, name, created_at) VALUES (?, ?, ?, 0)')
      .run(personId, `${personId}@example.org`, personId);
    const mark = this.#members.get(personId)?.mark ?? this.#members.size;
    this.#members.set(personId, { role, organisationId, name: personId, mark });
  }

  remove(personId: string): void {
    this.#members.delete(personId);
  }

  signOut(personId: string): void {
    this.#signedOut.add(personId);
  }

  async identify(cookie: string | undefined) {
    const personId = cookie?.match(/person=([\w-]+)/)?.[1];
    return personId ? { personId, sessionKey: personId } : null;
  }

  async isLive(sessionKey: string) {
    return !this.#signedOut.has(sessionKey);
  }

  async access(personId: string, documentId: string) {
    const row = this.db?.sqlite.prepare('SELECT 1 FROM document WHERE id = ?').get(documentId);
    if (!row) return 'no-document' as const;
    return this.#members.get(personId) ?? null;
  }
}

/** y-websocket's client as it comes from npm, with a cookie. */
export class TestClient {
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(port: number, documentId: string, personId: string, { doc = new Y.Doc(), params = {} }: ConnectOptions) {
    this.doc = doc;
    class CookieSocket extends WebSocket {
      constructor(url: string | URL) {
        super(url, { headers: { cookie: `person=${personId}` } });
      }
    }
    this.provider = new WebsocketProvider(`ws://127.0.0.1:${port}/sync`, documentId, doc, {
      params,
      disableBc: true,
      WebSocketPolyfill: CookieSocket as unknown as typeof globalThis.WebSocket,
      maxBackoffTime: 50,
    });
    this.closed = new Promise((resolve) => this.provider.on('closed', resolve));
  }

  async synced(): Promise<this> {
    if (!this.provider.synced) await new Promise<void>((resolve) => this.provider.once('sync', () => resolve()));
    return this;
  }
}

/** A socket without any protocol of its own. */
export class TestSocket {
  readonly ws: WebSocket;
  readonly frames: Uint8Array[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** HTTP status when the upgrade was refused. */
  readonly status: Promise<number>;

  constructor(port: number, personId: string | null, options: SocketOptions) {
    const headers: Record<string, string> = {};
    if (personId) headers.cookie = `person=${personId}`;
    if (options.origin) headers.origin = options.origin;
    this.ws = new WebSocket(`ws://127.0.0.1:${port}/sync/${options.documentId}${options.query ?? ''}`, { headers });
    this.ws.on('message', (data: Buffer) => this.frames.push(data));
    this.opened = new Promise((resolve) => this.ws.on('open', resolve));
    this.closed = new Promise((resolve) =>
      this.ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    this.status = new Promise((resolve) =>
      this.ws.on('unexpected-response', (request, response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      }),
    );
    this.ws.on('error', () => {});
  }
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
