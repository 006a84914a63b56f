import type * as Y from 'yjs';
import { pathOf } from '#domain/path.ts';

const NOT_SENT = Number.POSITIVE_INFINITY;

/**
 * What this browser changed and the server has not confirmed yet, counted as people count: by place. A field that was
 * typed in for a minute is one change, a new action with all its fields is one change.
 */
export class Pending {
  /** Place ('actions/<id>/title') -> number of the frame that carried its last change. */
  readonly #places = new Map<string, number>();

  get size(): number {
    return this.#places.size;
  }

  get places(): string[] {
    return [...this.#places.keys()];
  }

  /** Notes the places that a transaction of this browser touched. Returns whether the list of places grew. */
  note(transaction: Y.Transaction): boolean {
    const before = this.size;
    let replaced = false;
    for (const [type, keys] of transaction.changed) {
      const path = pathOf(type);
      if (!path) continue;
      for (const key of keys) replaced = this.#add((key === null ? path : [...path, key]).join('/')) || replaced;
    }
    return replaced || this.size !== before;
  }

  /** Takes over places from an earlier visit. */
  restore(places: Iterable<string>): void {
    for (const place of places) this.#add(place);
  }

  /** Everything that was not on its way yet travels with this frame. */
  sent(frame: number): void {
    for (const [place, sentWith] of this.#places) if (sentWith === NOT_SENT) this.#places.set(place, frame);
  }

  /** The server has the first `frames` frames on disk. Returns whether something became safe. */
  confirmed(frames: number): boolean {
    const before = this.size;
    for (const [place, sentWith] of this.#places) if (sentWith <= frames) this.#places.delete(place);
    return this.size !== before;
  }

  /** The connection is gone: what was under way has to be sent again. */
  connectionLost(): void {
    for (const place of this.#places.keys()) this.#places.set(place, NOT_SENT);
  }

  #add(place: string): boolean {
    const parts = place.split('/');
    for (let length = 1; length < parts.length; length++) {
      const outer = parts.slice(0, length).join('/');
      if (!this.#places.has(outer)) continue;
      this.#places.set(outer, NOT_SENT);
      return false;
    }
    let replaced = false;
    for (const known of this.#places.keys()) {
      if (known.startsWith(place + '/')) replaced = this.#places.delete(known) || replaced;
    }
    this.#places.set(place, NOT_SENT);
    return replaced;
  }
}
