import { beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { seedPlan } from '#domain/plan/edit.ts';
import { contextOf, HonestWorld, SERVER, type Arrival } from '#tests/support/honest.ts';
import { Random } from '#tests/support/random.ts';
import { inspectUpdate } from './gate.ts';

// SPEC.md G0: what honest clients send is accepted.

const SEED = Number(process.env.GATE_SEED ?? 20251);
const WORLDS = Number(process.env.GATE_WORLDS ?? 12);
const STEPS = 400;
const ROUNDS = Number(process.env.GATE_ROUNDS ?? 300);

beforeEach(() => vi.restoreAllMocks());

test(`G0: nothing that honest clients send is refused (seed ${SEED})`, { timeout: 30_000 + WORLDS * 5_000 }, () => {
  const counts: Record<string, number> = {};
  for (let index = 0; index < WORLDS; index++) {
    const random = new Random(SEED + index);
    vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => random.fill(array));
    const refused: Arrival[] = [];
    const world = new HonestWorld(
      random,
      (arrival) => {
        const key = `${arrival.how}: ${arrival.verdict.kind}`;
        counts[key] = (counts[key] ?? 0) + 1;
        if (arrival.verdict.kind === 'refused') refused.push(arrival);
      },
      (index % 3) * 0.45,
    );
    for (let step = 0; step < STEPS; step++) world.step();
    world.settle();
    expect(refused.map(({ how, verdict }) => ({ how, verdict }))).toEqual([]);
    expect(world.repairs).toBe(0);
    expect(world.server.store.pendingStructs).toBeNull();
    expect(world.server.store.pendingDs).toBeNull();
    for (const device of world.devices) {
      expect(Y.encodeStateVector(device.doc)).toEqual(Y.encodeStateVector(world.server));
      expect(device.doc.getMap('actions').toJSON()).toEqual(world.server.getMap('actions').toJSON());
    }
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`);
});

test(`G16: whatever people wrote side by side is accepted in one piece (seed ${SEED})`, { timeout: 60_000 }, () => {
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const server = new Y.Doc();
    server.clientID = SERVER;
    seedPlan(server, '');
    const seed = Y.encodeStateAsUpdate(server);
    const people = [2, 3, 4].map(() => {
      const doc = new Y.Doc();
      Y.applyUpdate(doc, seed);
      doc.clientID = 2 + random.below(2 ** 31);
      return doc;
    });
    for (let step = 0; step < 60; step++) {
      const doc = random.pick(people);
      const text = doc.getMap('meta').get('title') as Y.Text;
      const at = random.below(text.length + 1);
      if (random.chance(0.2)) text.delete(at, Math.min(random.below(4), text.length - at));
      else text.insert(at, random.pick(['a', 'bc', 'def']));
      // Now and then somebody, or the server, learns what another one has.
      if (random.chance(0.3)) Y.applyUpdate(random.pick(people), Y.encodeStateAsUpdate(doc));
      if (random.chance(0.03)) Y.applyUpdate(server, Y.encodeStateAsUpdate(doc));
    }
    for (const doc of people) {
      const verdict = inspectUpdate(Y.encodeStateAsUpdate(doc), { personId: 'anna' }, contextOf(server, new Map()));
      expect(verdict.kind, JSON.stringify(verdict)).not.toBe('refused');
      if (verdict.kind === 'accept') Y.applyUpdate(server, verdict.update);
    }
    for (const doc of people) Y.applyUpdate(doc, Y.encodeStateAsUpdate(server));
    const texts = [server, ...people].map((doc) => String(doc.getMap('meta').get('title')));
    expect(new Set(texts).size).toBe(1);
  }
});
