import type { AwarenessEntry } from '../messages.ts';

/** What the server says about the person behind an entry; a client's own `user` is overwritten. */
export type AwarenessUser = { id: string; name: string; organisation: string | null; mark: number };

type Entry<Peer> = { owner: Peer; clock: number; state: string };

/**
 * Presence in one room. An entry belongs to the connection that announced it; the server writes its `user` part and
 * counts its own clock, so that a client that comes back is never behind what others remember of it.
 */
export class Presence<Peer> {
  readonly #entries = new Map<number, Entry<Peer>>();
  readonly #announced = new Map<Peer, number>();
  #clock = 0;

  /** The one client id that a connection announced, also before it is shown. */
  entryOf(peer: Peer): number | null {
    return this.#announced.get(peer) ?? null;
  }

  announce(peer: Peer, clientId: number): void {
    this.#announced.set(peer, clientId);
  }

  /** Sets a peer's state and returns the entry to send to the others. */
  set(clientId: number, owner: Peer, state: Record<string, unknown>, user: AwarenessUser): AwarenessEntry {
    const entry = { owner, clock: this.#nextClock(), state: JSON.stringify({ ...state, user }) };
    this.#entries.set(clientId, entry);
    return { clientId, clock: entry.clock, state: entry.state };
  }

  /** Takes a peer's entry away; the entry to send to the others, if there was one. */
  remove(peer: Peer): AwarenessEntry | null {
    const clientId = this.entryOf(peer);
    if (clientId === null) return null;
    this.#announced.delete(peer);
    // It may not have been shown yet, or belong to a newer connection of the same browser.
    if (this.#entries.get(clientId)?.owner !== peer) return null;
    this.#entries.delete(clientId);
    return { clientId, clock: this.#nextClock(), state: 'null' };
  }

  /** The entries of those whom `wanted` names. */
  entries(wanted: (owner: Peer) => boolean): AwarenessEntry[] {
    return [...this.#entries]
      .filter(([, entry]) => wanted(entry.owner))
      .map(([clientId, entry]) => ({ clientId, clock: entry.clock, state: entry.state }));
  }

  /** Later than any clock before it, also across restarts: clients remember clocks of those who left. */
  #nextClock(): number {
    this.#clock = Math.max(this.#clock + 1, Date.now());
    return this.#clock;
  }
}

/** Reads the state a client announced: an object, null to leave, undefined when it is neither. */
export function readState(json: string): Record<string, unknown> | null | undefined {
  try {
    const state: unknown = JSON.parse(json);
    if (state === null) return null;
    return typeof state === 'object' && !Array.isArray(state) ? (state as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
