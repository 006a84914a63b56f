/** More keys than this at once, and those quiet the longest are forgotten: memory stays bounded under attack. */
const MAX_KEYS = 10_000;

type Options = { attempts: number; windowMs: number; now: () => number };

/** Allows so many attempts a key within a sliding window. Kept in memory: a restart forgives. */
export class RateLimit {
  readonly #options: Options;
  /** Times of attempts, oldest first; keys in order of their newest attempt. */
  readonly #attempts = new Map<string, number[]>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Takes one attempt. Null: go ahead; else the time (ms since 1970) when the next one is possible. */
  take(key: string): number | null {
    const { attempts, windowMs, now } = this.#options;
    const at = now();
    const recent = (this.#attempts.get(key) ?? []).filter((time) => time > at - windowMs);
    const first = recent[0];
    if (first !== undefined && recent.length >= attempts) return first + windowMs;
    this.#attempts.delete(key);
    this.#attempts.set(key, [...recent, at]);
    this.#forget();
    return null;
  }

  /** Undoes the newest attempt: it was no failure. */
  giveBack(key: string): void {
    const times = this.#attempts.get(key);
    times?.pop();
    if (times?.length === 0) this.#attempts.delete(key);
  }

  #forget(): void {
    for (const key of this.#attempts.keys()) {
      if (this.#attempts.size <= MAX_KEYS) return;
      this.#attempts.delete(key);
    }
  }
}
