import { beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { HonestWorld, type Arrival } from '#tests/support/honest.ts';
import { Random } from '#tests/support/random.ts';

// SPEC.md G0: what honest clients send is accepted.

const SEED = Number(process.env.GATE_SEED ?? 20251);
const WORLDS = Number(process.env.GATE_WORLDS ?? 12);
const STEPS = 400;

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
