/** A window that is not drawn (a tab in the background) does it after this time (ms). */
const UNDRAWN_MS = 250;
/** Longer than this (ms) a device is slow, and whoever types there would notice. */
const SLOW_MS = 50;
/** It rests at most so long (ms), however long it took. */
const LONGEST_REST_MS = 100;
/** Not where there is no window. */
const isDrawn = () => 'requestAnimationFrame' in globalThis;

/**
 * Does something once for each picture that the browser draws: before that nobody sees it. On a slow device it leaves
 * as much time as it and drawing it took, so that whoever types there is not kept waiting; elsewhere a rest would only
 * make others' letters come later.
 */
export class EachPicture {
  readonly #run: () => void;
  #waits = false;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #undrawn: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(run: () => void) {
    this.#run = run;
  }

  soon(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#undrawn = setTimeout(() => this.now(), UNDRAWN_MS);
    const rest = this.#restsUntil - performance.now();
    if (rest <= 0) this.#beforeNext();
    else this.#rest = setTimeout(() => this.#beforeNext(), rest);
  }

  /** Does what waits, if anything does. */
  now(): void {
    if (!this.#waits) return;
    this.#waits = false;
    clearTimeout(this.#undrawn);
    clearTimeout(this.#rest);
    if (isDrawn()) cancelAnimationFrame(this.#frame);
    const began = performance.now();
    this.#run();
    // The next task comes when the picture has been drawn.
    setTimeout(() => {
      const now = performance.now();
      const took = now - began;
      if (took > SLOW_MS) this.#restsUntil = now + Math.min(took, LONGEST_REST_MS);
    });
  }

  #beforeNext(): void {
    if (isDrawn()) this.#frame = requestAnimationFrame(() => this.now());
    else this.now();
  }
}
