import type { RoomLimits } from '../limits.ts';
import { awarenessFrame, type AwarenessEntry } from '../messages.ts';
import { REFUSAL, type Refusal } from '../refusal.ts';
import type { Peer } from './peer.ts';

/** What the server says about the person behind an entry; a client's own `user` is overwritten. */
export type AwarenessUser = { id: string; name: string; organisation: string | null; mark: number };

/** What presence asks of its room. */
export type PresenceHost = {
  readonly peers: Iterable<Peer>;
  readonly limits: Pick<RoomLimits, 'awarenessBytes'>;
  /** The person whose a client id is; null: nobody's yet. */
  ownerOf(clientId: number): string | 'server' | null;
  /** Makes client ids a peer's own; the refusal when that is too many. */
  claim(peer: Peer, clientIds: readonly number[]): Refusal | null;
  /** An error that nobody foresaw. */
  broken(error: unknown): void;
  /** Runs when the claim of a client id is durable; at once when it is. */
  whenClaimed(clientId: number, effect: () => void): void;
};

/** Of many people who type, carets are told at most this often (ms): each of them to everybody else is many frames. */
const PAUSE_MS = 40;

type Entry = { owner: Peer; clock: number; state: string };
/** An entry that is told, and whose it was. */
type Announced = AwarenessEntry & { owner: Peer };

/**
 * Who is in one room, and where they are. An entry belongs to the connection that announced it; the server writes its
 * `user` part and counts its own clock, so that a client that comes back is never behind what others remember of it.
 */
export class Presence {
  readonly #host: PresenceHost;
  /** What is shown, by client id. */
  readonly #entries = new Map<number, Entry>();
  /** The one client id that a connection announced, also before it is shown. */
  readonly #announced = new Map<Peer, number>();
  /** What the others have not been told yet, by client id. */
  readonly #untold = new Map<number, Announced>();
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #clock = 0;

  constructor(host: PresenceHost) {
    this.#host = host;
  }

  /** Whether a peer has announced itself. */
  has(peer: Peer): boolean {
    return this.#announced.has(peer);
  }

  /** Whether an entry is this peer's own to announce, or an echo of somebody else's. */
  mayAnnounce(peer: Peer, clientId: number): boolean {
    const announced = this.#announced.get(peer);
    if (announced !== undefined) return announced === clientId;
    const owner = this.#host.ownerOf(clientId);
    return owner === null || owner === peer.actor.personId;
  }

  /** Awareness entries from a peer; null when they are in order. Echoes of others' entries are dropped. */
  announce(peer: Peer, entries: readonly AwarenessEntry[], user: AwarenessUser): Refusal | null {
    for (const { clientId, state: json } of entries) {
      if (!this.mayAnnounce(peer, clientId)) continue;
      if (!this.#fits(json)) return REFUSAL.malformed;
      const state = readState(json);
      if (state === undefined) return REFUSAL.malformed;
      // Numbers can be longer as the server writes them: 1e20 has twenty-one digits.
      if (!this.#fits(JSON.stringify(state))) return REFUSAL.malformed;
      if (state === null) {
        if (this.#announced.get(peer) === clientId) this.leave(peer);
        continue;
      }
      const refusal = this.#host.ownerOf(clientId) === null ? this.#host.claim(peer, [clientId]) : null;
      if (refusal) return refusal;
      this.#announced.set(peer, clientId);
      this.#host.whenClaimed(clientId, () => {
        // They may have left meanwhile.
        if (this.#announced.get(peer) === clientId) this.#set(clientId, peer, JSON.stringify({ ...state, user }));
      });
    }
    return null;
  }

  /** Takes a peer's entry away. */
  leave(peer: Peer): void {
    const clientId = this.#announced.get(peer);
    if (clientId === undefined) return;
    this.#announced.delete(peer);
    // It may not have been shown yet, or belong to a newer connection of the same browser.
    if (this.#entries.get(clientId)?.owner !== peer) return;
    this.#entries.delete(clientId);
    this.#show({ clientId, clock: this.#nextClock(), state: 'null', owner: peer });
  }

  /** Everybody's presence for somebody who comes in. */
  frameFor(peer: Peer): Buffer | null {
    return this.#frame(
      peer,
      Array.from(this.#entries, ([clientId, { owner, clock, state }]) => ({ clientId, clock, state, owner })),
    );
  }

  #fits(json: string): boolean {
    return Buffer.byteLength(json) <= this.#host.limits.awarenessBytes;
  }

  #set(clientId: number, owner: Peer, state: string): void {
    const clock = this.#nextClock();
    this.#entries.set(clientId, { owner, clock, state });
    this.#show({ clientId, clock, state, owner });
  }

  /** Tells the others: at once, or together with what else comes during the pause. */
  #show(presence: Announced): void {
    this.#untold.set(presence.clientId, presence);
    if (this.#timer) return;
    const wait = this.#toldAt + PAUSE_MS - performance.now();
    if (wait <= 0) this.#tell();
    else this.#timer = setTimeout(() => this.#tellLater(), wait);
  }

  /** In a turn of its own, where nobody else would catch an error. */
  #tellLater(): void {
    this.#timer = undefined;
    try {
      this.#tell();
    } catch (error) {
      this.#host.broken(error);
    }
  }

  #tell(): void {
    this.#toldAt = performance.now();
    const presences = [...this.#untold.values()];
    this.#untold.clear();
    const people = new Set(presences.map(({ owner }) => owner.actor.personId));
    const toMost = awarenessFrame(presences);
    for (const peer of this.#host.peers) {
      const frame = people.has(peer.actor.personId) ? this.#frame(peer, presences) : toMost;
      if (frame) peer.presence(frame);
    }
  }

  /** What a browser may hear: not of itself, for it would take that for its own word, nor of what may be itself. */
  #frame(peer: Peer, presences: readonly Announced[]): Buffer | null {
    const own = this.#announced.get(peer);
    const { personId } = peer.actor;
    const heard = presences.filter(
      ({ clientId, owner }) => owner.actor.personId !== personId || (own !== undefined && own !== clientId),
    );
    return heard.length > 0 ? awarenessFrame(heard) : null;
  }

  /** Later than any clock before it, also across restarts: clients remember clocks of those who left. */
  #nextClock(): number {
    this.#clock = Math.max(this.#clock + 1, Date.now());
    return this.#clock;
  }
}

/** Reads the state a client announced: an object, null to leave, undefined when it is neither. */
function readState(json: string): Record<string, unknown> | null | undefined {
  try {
    const state: unknown = JSON.parse(json);
    if (state === null) return null;
    return typeof state === 'object' && !Array.isArray(state) ? (state as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
