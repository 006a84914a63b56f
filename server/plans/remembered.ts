/**
 * Remembers one value for each key until its version changes, for the keys that were asked for last. Values are handed
 * out as they are: nobody may change them.
 */
export class Remembered<T> {
  readonly #size: number;
  /** The one asked for longest ago comes first. */
  readonly #values = new Map<string, { version: string; value: T }>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string, version: string): T | null {
    const found = this.#values.get(key);
    this.#values.delete(key);
    if (found?.version !== version) return null;
    this.#values.set(key, found);
    return found.value;
  }

  set(key: string, version: string, value: T): void {
    this.#values.delete(key);
    this.#values.set(key, { version, value });
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#size) return;
      this.#values.delete(oldest);
    }
  }
}
