import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { addGoal } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { openDatabase } from '#server/db/client.ts';
import { verifyLedger } from '#server/documents/ledger/verify.ts';
import { TestClient } from '../support/clients.ts';
import { until } from '../support/engine.ts';

const NAMES = ['anna', 'juris', 'ieva'];
const ROUNDS = 2;
/** Words that must be acknowledged before the server is killed. */
const ENOUGH = 5;
/** Words that may be under way while somebody types on. */
const WINDOW = 6;

type Server = { child: ChildProcess; port: number; documentId: string };

async function startServer(dataDir: string): Promise<Server> {
  const script = path.resolve(import.meta.dirname, '../support/engine-process.ts');
  const child = spawn(process.execPath, [script, dataDir, ...NAMES], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { port: number; documentId: string }) };
}

async function kill({ child }: Server): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const bodyOf = (doc: Y.Doc) => [...planRoots(doc).goals.values()][0]?.get('body') as Y.Text | undefined;
const textOf = (doc: Y.Doc) => bodyOf(doc)?.toString() ?? '';

/** Somebody who types, and knows which of their words are acknowledged. */
class Typist {
  readonly client: TestClient;
  readonly words: string[] = [];
  readonly #name: string;
  readonly #framesBefore: number;

  constructor(client: TestClient, name: string) {
    this.client = client;
    this.#name = name;
    this.#framesBefore = client.frames;
  }

  type(): void {
    const word = `‹${this.#name}.${this.words.length}›`;
    bodyOf(this.client.doc)?.insert(0, word);
    this.words.push(word);
  }

  /** One word, one frame. */
  get acknowledged(): string[] {
    const saved = this.client.extra.filter(({ type }) => type === 100).at(-1)?.message as
      { frames: number } | undefined;
    return this.words.slice(0, Math.max(0, (saved?.frames ?? 0) - this.#framesBefore));
  }
}

async function connectAll(server: Server, docs: readonly Y.Doc[]): Promise<TestClient[]> {
  const clients = docs.map(
    (doc, i) => new TestClient(server.port, server.documentId, NAMES[i] ?? '', { doc, params: { v: '1' } }),
  );
  await Promise.all(clients.map((client) => client.synced()));
  return clients;
}

test('a killed server has what it acknowledged or showed, and people lose nothing', { timeout: 180_000 }, async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-crash-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const docs = NAMES.map(() => new Y.Doc());
  const typed: string[] = [];

  for (let round = 0; round < ROUNDS; round++) {
    const server = await startServer(dataDir);
    const clients = await connectAll(server, docs);
    if (round === 0 && docs[0]) addGoal(docs[0], 'Mērķis');
    await until(() => new Set(docs.map(textOf)).size === 1 && docs.every((doc) => bodyOf(doc)), 30_000);

    const typists = clients.map((client, i) => new Typist(client, `${NAMES[i]}${round}`));
    while (typists.some((typist) => typist.acknowledged.length < ENOUGH)) {
      for (const typist of typists) typist.type();
      await until(
        () => typists.every(({ words, acknowledged }) => words.length - acknowledged.length < WINDOW),
        30_000,
      );
    }
    for (const typist of typists) typist.type();
    server.child.kill('SIGKILL');
    const acknowledged = typists.flatMap((typist) => typist.acknowledged);
    const seen = typists.flatMap(({ words, client }) =>
      words.filter((word) => docs.some((doc) => doc !== client.doc && textOf(doc).includes(word))),
    );
    typed.push(...typists.flatMap(({ words }) => words));
    await once(server.child, 'exit');
    for (const client of clients) client.provider.destroy();

    const again = await startServer(dataDir);
    const [reader] = await connectAll(again, [new Y.Doc()]);
    const kept = reader ? textOf(reader.doc) : '';
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((word) => !kept.includes(word))).toEqual([]);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((word) => !kept.includes(word))).toEqual([]);
    reader?.provider.destroy();
    await kill(again);
  }

  const server = await startServer(dataDir);
  const clients = await connectAll(server, docs);
  await until(() => {
    expect(new Set(docs.map(textOf)).size).toBe(1);
    expect(typed.filter((word) => !docs.every((doc) => textOf(doc).includes(word)))).toEqual([]);
  }, 30_000);
  for (const client of clients) client.provider.destroy();
  await kill(server);
  const db = openDatabase(dataDir);
  expect((await verifyLedger(db.sqlite, server.documentId)).problems).toEqual([]);
  db.close();
});
