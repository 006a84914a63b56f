/** What one transaction may cost: some tenths of a second. */
const ALLOWED = 4_000_000;

/**
 * Steps that finding old text in one transaction may take, so that hostile text does not stop the server. Once they are
 * spent, what was not found by then counts as new.
 */
export class Steps {
  taken = 0;
  readonly #allowed: number;

  constructor(allowed = ALLOWED) {
    this.#allowed = allowed;
  }

  get areSpent(): boolean {
    return this.taken >= this.#allowed;
  }

  take(steps: number): void {
    this.taken += steps;
  }
}
