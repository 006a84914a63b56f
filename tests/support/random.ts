/** Seeded randomness: the same seed gives the same run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    if (values.length === 0) throw new Error('Nothing to pick from');
    return values[this.below(values.length)] as T;
  }

  /** Stands in for crypto.getRandomValues. */
  fill<T extends ArrayBufferView | null>(array: T): T {
    if (array instanceof Uint8Array) for (let i = 0; i < array.length; i++) array[i] = this.below(256);
    if (array instanceof Uint32Array) for (let i = 0; i < array.length; i++) array[i] = this.below(2 ** 32);
    return array;
  }
}
