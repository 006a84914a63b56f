import type * as Y from 'yjs';
import {
  authoredText,
  AuthorIndex,
  type AuthoredText,
  type AuthorsMessage,
  type Thresholds,
} from '#domain/authorship.ts';

const SHOWN_KEY = 'kopplans-authors-shown';

/** Who wrote what in this document, as the server tells it. */
export class Authors {
  readonly index = new AuthorIndex();
  /** The workspace's own: when somebody counts as a co-author. */
  readonly thresholds: Thresholds;
  /** Grows whenever the index learned something: read it where the index is read. */
  version = $state.raw(0);
  #shown = $state.raw(false);

  constructor(thresholds: Thresholds) {
    this.thresholds = thresholds;
  }

  /** Whether "who wrote this" is switched on. Kept for this tab. */
  get shown(): boolean {
    return this.#shown;
  }

  set shown(shown: boolean) {
    this.#shown = shown;
    try {
      sessionStorage.setItem(SHOWN_KEY, shown ? '1' : '');
    } catch {
      // Storage may be forbidden; the switch still works, it is just not remembered.
    }
  }

  /** Takes up the switch where this tab left it. Browser only. */
  restore(): void {
    try {
      this.#shown = sessionStorage.getItem(SHOWN_KEY) === '1';
    } catch {
      this.#shown = false;
    }
  }

  add(message: AuthorsMessage): void {
    this.index.add(message);
    this.version += 1;
  }

  /** A text split where its author changes. Reactive to authors, not to the text: read the text's view as well. */
  textAuthors(text: Y.Text): AuthoredText[] {
    void this.version;
    return authoredText(text, this.index);
  }
}
