import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { addGoal } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { openDatabase } from '#server/db/client.ts';
import { verifyLedger } from '#server/documents/ledger/verify.ts';
import { TestClient } from '../support/clients.ts';
import { until } from '../support/engine.ts';
import { Random } from '../support/random.ts';
import { startEngineProcess, type EngineProcess } from '../support/start-engine-process.ts';

const NAMES = Array.from({ length: 20 }, (_, i) => `persona${i}`);
/** How often the server is killed. More by CRASHES=100. */
const CRASHES = Number(process.env.CRASHES ?? 6);
/** Words that may be under way while somebody types on. */
const WINDOW = 6;
/** The server is killed within so many milliseconds after the first word was acknowledged. */
const LATEST_MS = 400;

// Every y-websocket client listens for the end of the process.
process.setMaxListeners(NAMES.length + 12);

/** Each time people write in a goal of its own, so that the hundredth crash finds as much text as the first. */
const goalOf = (crash: number) => `Mērķis ${crash}`;

function bodyOf(doc: Y.Doc, crash: number): Y.Text | undefined {
  const goals = [...planRoots(doc).goals.values()];
  return goals.find((goal) => String(goal.get('title')) === goalOf(crash))?.get('body') as Y.Text | undefined;
}

const textOf = (doc: Y.Doc, crash: number) => bodyOf(doc, crash)?.toString() ?? '';

/** Somebody who types, and knows which of their words are acknowledged. */
class Typist {
  readonly client: TestClient;
  readonly words: string[] = [];
  readonly #name: string;
  readonly #body: Y.Text;
  readonly #framesBefore: number;

  constructor(client: TestClient, name: string, body: Y.Text) {
    this.client = client;
    this.#name = name;
    this.#body = body;
    this.#framesBefore = client.frames;
  }

  type(): void {
    const word = `‹${this.#name}.${this.words.length}›`;
    this.#body.insert(0, word);
    this.words.push(word);
  }

  /** Words that are not acknowledged yet. */
  get waiting(): number {
    return this.words.length - this.acknowledged.length;
  }

  /** One word, one frame. */
  get acknowledged(): string[] {
    return this.words.slice(0, Math.max(0, this.client.saved - this.#framesBefore));
  }
}

async function connectAll(server: EngineProcess, docs: readonly Y.Doc[]): Promise<TestClient[]> {
  const clients = docs.map(
    (doc, i) => new TestClient(server.port, server.documentId, NAMES[i] ?? '', { doc, params: { v: '1' } }),
  );
  await Promise.all(clients.map((client) => client.synced()));
  return clients;
}

test(
  'L5: a server that is killed again and again under twenty writers has what it acknowledged or showed, and people lose nothing',
  { timeout: 60_000 + CRASHES * 20_000 },
  async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    process.stdout.write(`crashes: seed ${seed}, ${CRASHES} of them\n`);
    const random = new Random(seed);
    const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-crash-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const docs = NAMES.map(() => new Y.Doc());
    /** By crash. */
    const typed: string[][] = [];
    let server = await startEngineProcess(dataDir, NAMES);

    for (let crash = 0; crash < CRASHES; crash++) {
      const clients = await connectAll(server, docs);
      if (docs[0]) addGoal(docs[0], goalOf(crash));
      await until(() => docs.every((doc) => bodyOf(doc, crash)), 30_000);

      const typists = clients.map(
        (client, i) => new Typist(client, `${NAMES[i]}.${crash}`, bodyOf(client.doc, crash) ?? new Y.Text()),
      );
      let end = Infinity;
      while (performance.now() < end) {
        for (const typist of typists) if (typist.waiting < WINDOW) typist.type();
        await new Promise((resolve) => setImmediate(resolve));
        if (end === Infinity && typists.every(({ acknowledged }) => acknowledged.length > 0)) {
          end = performance.now() + random.below(LATEST_MS);
        }
      }
      const gone = server.kill();
      const acknowledged = typists.flatMap((typist) => typist.acknowledged);
      const shown = NAMES.map((_, i) => textOf(docs[i] ?? new Y.Doc(), crash));
      const seen = typists.flatMap(({ words }, i) =>
        words.filter((word) => shown.some((text, j) => j !== i && text.includes(word))),
      );
      typed.push(typists.flatMap(({ words }) => words));
      await gone;
      for (const client of clients) client.provider.destroy();

      server = await startEngineProcess(dataDir, NAMES);
      const [reader] = await connectAll(server, [new Y.Doc()]);
      const kept = reader ? textOf(reader.doc, crash) : '';
      reader?.provider.destroy();
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(acknowledged.filter((word) => !kept.includes(word))).toEqual([]);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter((word) => !kept.includes(word))).toEqual([]);
      await expectInOrder(dataDir, server.documentId);
    }

    const clients = await connectAll(server, docs);
    await until(() => {
      for (const [crash, words] of typed.entries()) {
        const [text = '', ...others] = docs.map((doc) => textOf(doc, crash));
        expect(others.every((other) => other === text)).toBe(true);
        expect(words.filter((word) => !text.includes(word))).toEqual([]);
      }
    }, 30_000);
    for (const client of clients) client.provider.destroy();
    await server.kill();
    await expectInOrder(dataDir, server.documentId);
  },
);

async function expectInOrder(dataDir: string, documentId: string): Promise<void> {
  const db = openDatabase(dataDir);
  try {
    expect((await verifyLedger(db.sqlite, documentId)).problems).toEqual([]);
  } finally {
    db.close();
  }
}
