/** What a field makes of typed text: a value to write, or the words that say what is wrong with it. */
export type Reading<T> = { ok: true; value: T } | { ok: false; problem: string };

type Options<T> = {
  /** The shared value, reactive. */
  value: () => T;
  /** The shared value as text to edit. */
  show: (value: T) => string;
  read: (text: string) => Reading<T>;
  write: (value: T) => void;
};

/**
 * The text of a field that holds one value, while somebody types in it. Typing stays here until it is committed; what
 * others write meanwhile is told and does not overwrite it. A value that is not valid stays in the field, unwritten.
 */
export class Draft<T> {
  readonly #options: Options<T>;
  #text = $state<string | null>(null);
  #base = '';
  #problem = $state<string | null>(null);

  constructor(options: Options<T>) {
    this.#options = options;
  }

  /** What the field shows: what I typed, else the shared value. */
  get text(): string {
    return this.#text ?? this.#shared;
  }

  get typing(): boolean {
    return this.#text !== null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** The shared value where somebody changed it since I began to type; null where nobody did. */
  get meanwhile(): string | null {
    return this.#text !== null && this.#shared !== this.#base ? this.#shared : null;
  }

  type(text: string): void {
    if (this.#text === null) this.#base = this.#shared;
    this.#text = text;
    this.#problem = null;
  }

  /** Writes what I typed. Text that I put back as it was writes nothing, so that it cannot undo somebody's change. */
  commit(): void {
    if (this.#text === null) return;
    if (this.#text === this.#base) return this.restore();
    const reading = this.#options.read(this.#text);
    if (!reading.ok) {
      this.#problem = reading.problem;
      return;
    }
    this.restore();
    this.#options.write(reading.value);
  }

  /** Forgets what I typed; the field shows the shared value. */
  restore(): void {
    this.#text = null;
    this.#problem = null;
  }

  get #shared(): string {
    return this.#options.show(this.#options.value());
  }
}
