import type { Head } from '../ledger/ledger.ts';
import { Room } from './room.ts';
import type { Stores } from './stores.ts';

/** How long a room stays in memory after its last use. */
const IDLE_MS = 60_000;
/**
 * How long a document that could not be opened is not tried again: trying may take long, and everybody waits for it.
 */
const BROKEN_MS = 30_000;

/** The rooms that are open in this process. */
export class Rooms {
  readonly #stores: Stores;
  readonly #rooms = new Map<string, { room: Room; usedAt: number }>();
  readonly #broken = new Map<string, { error: unknown; until: number }>();
  readonly #sweep: NodeJS.Timeout;

  constructor(stores: Stores) {
    this.#stores = stores;
    this.#sweep = setInterval(() => this.#unload(performance.now() - IDLE_MS), IDLE_MS / 2);
    this.#sweep.unref();
  }

  get size(): number {
    return this.#rooms.size;
  }

  /**
   * The open room of a document, opened if need be; null when there is no such document.
   * @throws when what is on disk does not give the document
   */
  get(documentId: string): Room | null {
    const open = this.#rooms.get(documentId);
    if (open) {
      open.usedAt = performance.now();
      return open.room;
    }
    const head = this.#stores.ledger.head(documentId);
    if (!head) return null;
    const room = this.#load(documentId, head);
    this.#rooms.set(documentId, { room, usedAt: performance.now() });
    return room;
  }

  #load(documentId: string, head: Head): Room {
    const broken = this.#broken.get(documentId);
    if (broken && performance.now() < broken.until) throw broken.error;
    this.#broken.delete(documentId);
    try {
      return new Room(documentId, head, this.#stores, (failed) => {
        if (this.#rooms.get(documentId)?.room === failed) this.#rooms.delete(documentId);
      });
    } catch (error) {
      this.#broken.set(documentId, { error, until: performance.now() + BROKEN_MS });
      throw error;
    }
  }

  /** @throws when there is no such document */
  open(documentId: string): Room {
    const room = this.get(documentId);
    if (!room) throw new Error(`There is no document ${documentId}`);
    return room;
  }

  /** Unloads every room. Nobody may be in them any more, and everything must be durable. */
  close(): void {
    clearInterval(this.#sweep);
    this.#unload(Infinity);
  }

  #unload(usedBefore: number): void {
    for (const [documentId, use] of this.#rooms) {
      const { room } = use;
      // Whoever is in it uses it.
      if (room.peers.size > 0) use.usedAt = performance.now();
      if (use.usedAt > usedBefore || room.peers.size > 0 || !room.isDurable) continue;
      this.#rooms.delete(documentId);
      room.unload();
    }
  }
}
