import { Random } from './random.ts';

// To be imported before Yjs, which takes its source of randomness once, as it is loaded.

let clientIds: Random | null = null;
const original = crypto.getRandomValues.bind(crypto);

crypto.getRandomValues = (array) =>
  clientIds && array instanceof Uint32Array ? clientIds.fill(array) : original(array);

/** From now on Yjs's client ids follow from a seed, so that a run that depends on their order can be repeated. */
export function seedClientIds(seed: number): void {
  clientIds = new Random(seed);
}
