import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { planRoots } from '#domain/plan/read.ts';
import { TestClient } from '../support/clients.ts';
import { until } from '../support/engine.ts';
import { planContent } from '../support/plan-writer.ts';
import { Random } from '../support/random.ts';
import { startEngineProcess, type EngineProcess } from '../support/start-engine-process.ts';

// Many people for a long time: they type, move their carets, leave and come back, load their page anew. The server's
// memory does not grow. SOAK_MINUTES=10 is two hundred people for ten minutes; without it a few of them, for seconds.
// What they write makes the plan larger, so the long run also looks at what is left once all have gone and the plan
// is closed.

const MINUTES = Number(process.env.SOAK_MINUTES ?? 0);
const CLIENTS = MINUTES > 0 ? 200 : 30;
const ROUNDS = 900;
/** Between two things that somebody does. */
const PAUSE_MS = 80;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const MIB = 1024 * 1024;
/** What a heap that does not grow still differs by, and what the plan itself gains. */
const TOLERANCE = 8 * MIB;
/** The same without the plan; what people deleted in the last minutes is still remembered (SPEC.md, M). */
const EMPTY_TOLERANCE = 2 * MIB;

// Every y-websocket client listens for the end of the process.
process.setMaxListeners(2 * CLIENTS + 12);

class Inhabitant {
  readonly #server: EngineProcess;
  readonly #name: string;
  readonly #action: string;
  #client: TestClient;

  constructor(server: EngineProcess, name: string, action: string) {
    this.#server = server;
    this.#name = name;
    this.#action = action;
    this.#client = this.#open();
  }

  get client(): TestClient {
    return this.#client;
  }

  #open(): TestClient {
    return new TestClient(this.#server.port, this.#server.documentId, this.#name, { params: { v: '1' } });
  }

  live(random: Random): void {
    const { doc, provider } = this.#client;
    const dice = random.next();
    const body = planRoots(doc).actions.get(this.#action)?.get('body');
    if (dice < 0.55 && body instanceof Y.Text) {
      body.insert(random.below(body.length + 1), 'vārdi un teikumi '.slice(0, 1 + random.below(17)));
      if (body.length > 400) body.delete(random.below(100), 250);
    } else if (dice < 0.85) {
      provider.awareness.setLocalState({ focus: { item: this.#action, field: random.pick(['body', 'title']) } });
    } else if (dice < 0.97) {
      if (provider.shouldConnect) provider.disconnect();
      else provider.connect();
    } else {
      provider.destroy();
      doc.destroy();
      this.#client = this.#open();
    }
  }
}

test(
  `the memory of the server does not grow under ${CLIENTS} people (seed ${SEED})`,
  { timeout: MINUTES * 120_000 + 300_000 },
  async () => {
    const random = new Random(SEED);
    const names = Array.from({ length: CLIENTS }, (_, i) => `persona${i}`);
    const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-soak-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const server = await startEngineProcess(dataDir, names);
    const founder = new TestClient(server.port, server.documentId, names[0] ?? '', { params: { v: '1' } });
    await founder.synced();
    const actions = Array.from({ length: 10 }, (_, i) => addAction(founder.doc, { title: `Rīcība ${i}` }));
    await until(() => expect(founder.saved).toBe(founder.frames));
    founder.provider.destroy();
    const people = names.map((name) => new Inhabitant(server, name, random.pick(actions)));
    onTestFinished(async () => {
      for (const { client } of people) client.provider.destroy();
      await server.kill();
    });

    /** Everybody is there and has read everything. */
    const settle = async () => {
      for (const { client } of people) client.provider.connect();
      await until(() => people.every(({ client }) => client.provider.synced), 60_000);
      await until(() => {
        const [plan] = people.slice(0, 1).map(({ client }) => planContent(client.doc));
        for (const { client } of people) expect(planContent(client.doc)).toBe(plan);
      }, 60_000);
      await until(async () => expect((await server.memory()).load.connections).toBe(CLIENTS), 60_000);
      return server.memory();
    };
    const live = async (share: number) => {
      for (const { client } of people) client.provider.connect();
      const end = performance.now() + share * MINUTES * 60_000;
      for (let round = 0; MINUTES > 0 ? performance.now() < end : round < share * ROUNDS; round++) {
        random.pick(people).live(random);
        if (MINUTES > 0) await pause(PAUSE_MS);
        else await nextTurn();
      }
    };

    /** All have gone, and the plan is no longer in memory. */
    const leave = async () => {
      for (const { client } of people) client.provider.disconnect();
      await until(async () => expect((await server.memory()).load.rooms).toBe(0), 180_000);
      return server.memory();
    };
    const say = (when: string, { heapUsed, external, rss }: NodeJS.MemoryUsage) => {
      const [heap, outside, resident] = [heapUsed, external, rss].map((bytes) => (bytes / MIB).toFixed(1));
      process.stdout.write(
        `soak: ${CLIENTS} people, ${when}: heap ${heap}, external ${outside}, RSS ${resident} MiB\n`,
      );
    };
    const compare = (warm: NodeJS.MemoryUsage, end: NodeJS.MemoryUsage, tolerance: number) =>
      expect(end.heapUsed + end.external - warm.heapUsed - warm.external).toBeLessThan(tolerance);

    await live(0.25);
    const warm = await settle();
    say('after warm-up', warm);
    const warmEmpty = MINUTES > 0 ? await leave() : null;
    if (warmEmpty) say('gone after warm-up', warmEmpty);
    await live(0.75);
    const end = await settle();
    say('at the end', end);
    expect(end.load.pendingRows).toBe(0);
    compare(warm, end, TOLERANCE);
    if (!warmEmpty) return;
    const endEmpty = await leave();
    say('gone at the end', endEmpty);
    compare(warmEmpty, endEmpty, EMPTY_TOLERANCE);
  },
);
