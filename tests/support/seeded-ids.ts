import { onTestFinished } from 'vitest';
import { Random } from './random.ts';

// Runs before each test file (`setupFiles`): Yjs takes its source of randomness once, as it is loaded.

type Shared = { seededClientIds?: Random | null };
const shared = globalThis as Shared;

if (!('seededClientIds' in shared)) {
  shared.seededClientIds = null;
  const original = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (array) =>
    shared.seededClientIds && array instanceof Uint32Array ? shared.seededClientIds.fill(array) : original(array);
}

/** Until the test ends Yjs's client ids follow from a seed, so that a run that depends on their order can be repeated. */
export function seedClientIds(seed: number): void {
  shared.seededClientIds = new Random(seed);
  onTestFinished(() => {
    shared.seededClientIds = null;
  });
}
