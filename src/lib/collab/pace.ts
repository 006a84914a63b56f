/** Does something at once when it was not done lately, and otherwise once when the interval is over. */
export class Pace {
  readonly #run: () => void;
  readonly #interval: number;
  #last = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param interval milliseconds between two runs that nobody waits for */
  constructor(run: () => void, interval: number) {
    this.#run = run;
    this.#interval = interval;
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    this.#run();
  }

  soon(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.#interval - performance.now();
    if (wait <= 0) this.now();
    else this.#timer = setTimeout(() => this.now(), wait);
  }

  /** What waits is not done any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
