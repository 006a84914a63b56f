import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { AuthorsMessage } from '#domain/authorship.ts';
import { newId } from '#domain/ids.ts';
import { allows } from '#domain/rights.ts';
import type { Actor } from '../actor.ts';
import type { Access } from '../documents.ts';
import { FRAME_OVERHEAD, type SocketLimits } from '../limits.ts';
import { awarenessFrame, extraFrame, readMessage, step1Frame, updateFrame, type ClientMessage } from '../messages.ts';
import type { Meter } from '../meter.ts';
import { REFUSAL, type Refusal } from '../refusal.ts';
import type { Change, Peer } from '../room/peer.ts';
import type { Room } from '../room/room.ts';
import { Bucket } from './rate.ts';
import { Wire } from './wire.ts';

/** How far a connection is. */
type State =
  /** Has not asked for the document yet: gets no changes. */
  | { kind: 'joining' }
  /** Gets every change. */
  | { kind: 'live' }
  /**
   * Does not read fast enough: gets nothing until it has read what it was sent, and then one difference to what it
   * `has`, a state vector. Nothing is kept for it, however long it takes.
   */
  | { kind: 'lagging'; has: Uint8Array }
  | { kind: 'closed' };

/** Something small, so that a y-websocket client, which counts messages and not pings, sees that we are there. */
const KEEP_ALIVE = awarenessFrame([]);
const CLOSE_PATIENCE_MS = 3_000;
const CATCH_UP_MS = 100;
/** Of one message, with the small ones before it in the same chunk, so much may come more than an update may have. */
const UNFINISHED_MORE_BYTES = 256 * 1024;
/** A ping, what came with it, and no more than that. */
const SMALL_BYTES = 1024;
/** An echo of others' presence costs its sender nothing up to this; reading a larger one costs us. */
const FREE_ECHO_BYTES = 64 * 1024;

/** One browser's socket in a room. */
export class Connection implements Peer {
  readonly id = newId();
  readonly personId: string;
  readonly sessionKey: string;
  readonly #socket: WebSocket;
  readonly #wire: Wire;
  readonly #room: Room;
  readonly #limits: SocketLimits;
  readonly #meter: Meter;
  /** Whether the client understands our own messages (`?v=1`). */
  readonly #extra: boolean;
  /**
   * What a client that does not say its epoch has to know of the document, if it knows any of it; null: nothing more.
   */
  #mark: number | null;
  readonly #messages: Bucket;
  readonly #bytes: Bucket;
  #access: Access;
  #state: State = { kind: 'joining' };
  /** When it was last seen to read (`performance.now()`). */
  #readAt = performance.now();
  /** What came since the last complete message, and since when (`performance.now()`). */
  readonly #unfinished = { bytes: 0, since: 0 };
  /** Sync frames that came; a gap holds back the acknowledgement of all that follow it. */
  #frames = { received: 0, accepted: 0, saved: 0, gap: false };

  constructor(
    { webSocket: socket, socket: underneath }: { webSocket: WebSocket; socket: Duplex },
    room: Room,
    who: { personId: string; sessionKey: string; access: Access },
    options: {
      limits: SocketLimits;
      meter: Meter;
      extra: boolean;
      mark: number | null;
      onClose: (connection: Connection) => void;
    },
  ) {
    this.personId = who.personId;
    this.sessionKey = who.sessionKey;
    this.#access = who.access;
    this.#socket = socket;
    this.#wire = new Wire(socket, underneath);
    this.#room = room;
    this.#limits = options.limits;
    this.#meter = options.meter;
    this.#extra = options.extra;
    this.#mark = options.mark;
    this.#messages = new Bucket(options.limits.messagesPerSecond, options.limits.messageBurst);
    this.#bytes = new Bucket(options.limits.bytesPerSecond, options.limits.byteBurst);

    socket.binaryType = 'nodebuffer';
    // Before ws hears of it, which keeps what comes until a message is complete.
    underneath.prependListener('data', (chunk: Buffer) => this.#part(chunk.length));
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    // ws answers pings; whoever does not read the answers is not answered for ever. Nobody asks for pongs.
    for (const kind of ['ping', 'pong'] as const) {
      socket.on(kind, () => {
        if (this.#unfinished.bytes < SMALL_BYTES) this.#unfinished.bytes = 0;
        if (!this.#messages.take(1)) this.close(REFUSAL.later);
      });
    }
    socket.on('error', () => {
      // ws closes a socket that breaks the protocol itself; a frame above its own limit is one of them.
    });
    socket.on('close', () => {
      this.#state = { kind: 'closed' };
      room.leave(this);
      options.onClose(this);
    });
    room.join(this, true);
    room.whenDurable(() => this.#wire.send(step1Frame(Y.encodeStateVector(room.doc))));
  }

  get room(): Room {
    return this.#room;
  }

  get actor(): Actor {
    return { personId: this.personId, organisationId: this.#access.organisationId };
  }

  get canWrite(): boolean {
    return allows(this.#access.role, 'plan:write');
  }

  /** Bytes that the browser has not read yet. */
  get waiting(): number {
    return this.#wire.waiting;
  }

  /** The person's rights as they are now. */
  update(access: Access): void {
    const could = this.canWrite;
    this.#access = access;
    if (this.#extra && could !== this.canWrite) this.#wire.send(extraFrame('notice', { canWrite: this.canWrite }));
  }

  keepAlive(): void {
    if (this.#state.kind !== 'lagging') this.#wire.send(KEEP_ALIVE);
  }

  /** Sends somebody away who has not read anything, or has not finished a message, for too long; to be called every second or so. */
  watch(): void {
    const now = performance.now();
    const patience = this.#limits.unreadSeconds * 1000;
    if (this.#wire.hasTaken()) this.#readAt = now;
    else if (now - this.#readAt > patience) this.close(REFUSAL.later);
    if (this.#unfinished.bytes > 0 && now - this.#unfinished.since > patience) this.close(REFUSAL.later);
  }

  /** Says why and closes. */
  close(refusal: Refusal): void {
    if (this.#state.kind === 'closed') return;
    this.#meter.sentAway(refusal);
    if (this.#extra) this.#wire.send(extraFrame('refused', { code: refusal.code, text: refusal.reason }));
    this.#state = { kind: 'closed' };
    this.#room.leave(this);
    this.#wire.close(refusal.code, refusal.reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_PATIENCE_MS).unref();
  }

  // What the room tells

  changed(_changes: readonly Change[], frames: Buffer): void {
    this.#fallBehind();
    if (this.#state.kind === 'live') this.#wire.send(frames);
  }

  authors(message: AuthorsMessage): void {
    if (!this.#extra) return;
    this.#fallBehind();
    if (this.#state.kind === 'live') this.#wire.send(extraFrame('authors', message));
  }

  presence(frame: Buffer): void {
    this.#fallBehind();
    if (this.#state.kind === 'live') this.#wire.send(frame);
  }

  dropped(refusal: Refusal): void {
    this.close(refusal);
  }

  #saved(): void {
    if (!this.#extra || this.#frames.accepted === this.#frames.saved) return;
    this.#fallBehind();
    if (this.#state.kind === 'lagging') return;
    this.#frames.saved = this.#frames.accepted;
    this.#wire.send(extraFrame('saved', { frames: this.#frames.saved }));
  }

  /** Whether so much waits in the socket that nothing more goes into it. */
  get #isBehind(): boolean {
    return this.#wire.waiting > this.#limits.socketBacklog;
  }

  #fallBehind(): void {
    if (this.#state.kind !== 'live' || !this.#isBehind) return;
    this.#state = { kind: 'lagging', has: this.#room.shownStateVector() };
    this.#awaitReading();
  }

  /** Polls, for there is no event for it that comes with every backlog. */
  #awaitReading(): void {
    if (this.#state.kind !== 'lagging') return;
    if (this.#wire.waiting > 0) setTimeout(() => this.#guard(() => this.#awaitReading()), CATCH_UP_MS).unref();
    else this.#room.whenDurable(() => this.#catchUp());
  }

  /** Does what may fail as nobody foresaw, outside of what catches it elsewhere. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#room.broken(error);
    }
  }

  /** One difference, made now; it has all deletions, and what was sent meanwhile a second time. */
  #catchUp(): void {
    if (this.#state.kind !== 'lagging') return;
    const { has } = this.#state;
    this.#state = { kind: 'live' };
    if (this.#extra) this.#wire.send(extraFrame('authors', this.#room.authors()));
    this.#wire.send(updateFrame(Y.encodeStateAsUpdate(this.#room.doc, has)));
    this.#saved();
    this.#sendPresence();
  }

  // What the client says

  /** Bytes came that belong to no complete message yet: they take memory until one is. */
  #part(bytes: number): void {
    if (this.#unfinished.bytes === 0) this.#unfinished.since = performance.now();
    this.#unfinished.bytes += bytes;
    if (this.#unfinished.bytes > this.#limits.updateBytes + UNFINISHED_MORE_BYTES) this.close(REFUSAL.tooLarge);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#unfinished.bytes = 0;
    if (this.#state.kind === 'closed') return;
    if (data.length > this.#limits.updateBytes + FRAME_OVERHEAD) return this.close(REFUSAL.tooLarge);
    const message = isBinary ? readMessage(data) : null;
    if (!message) return this.close(REFUSAL.malformed);
    const count = this.#weight(message);
    const isFree = count === 0 && data.length <= FREE_ECHO_BYTES;
    if (!isFree && !(this.#messages.take(count) && this.#bytes.take(data.length))) return this.close(REFUSAL.later);
    this.#guard(() => this.#handle(message));
  }

  /** How many messages it counts as: none for echoes, for a y-websocket client returns every change of everybody. */
  #weight(message: ClientMessage): number {
    if (message.type !== 'awareness') return 1;
    return message.entries.filter(({ clientId }) => this.#room.presence.mayAnnounce(this, clientId)).length;
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'step1':
        if (this.#mark !== null && this.#isFromBefore(message.stateVector, this.#mark)) {
          return this.close(REFUSAL.epoch);
        }
        this.#mark = null;
        this.#frames.received++;
        if (!this.#frames.gap) this.#frames.accepted = this.#frames.received;
        return this.#room.whenDurable(() => this.#answer(message.stateVector));
      case 'step2':
      case 'update':
        if (this.#mark !== null) return this.close(REFUSAL.epoch);
        return this.#edit(message.update, message.type === 'step2');
      case 'awareness': {
        const wasKnown = this.#room.presence.has(this);
        const { name, organisationId, mark } = this.#access;
        const user = { id: this.personId, name, organisation: organisationId, mark };
        const refusal = this.#room.presence.announce(this, message.entries, user);
        if (refusal) return this.close(refusal);
        if (!wasKnown && this.#room.presence.has(this)) this.#sendPresence();
        return;
      }
      case 'query-awareness':
        return this.#sendPresence();
    }
  }

  /** Whether a client knows the document as it was before a restore, and not the restore. */
  #isFromBefore(stateVector: Map<number, number>, mark: number): boolean {
    const known = knownOf(stateVector, this.#room.doc);
    return known.size > 0 && !known.has(mark);
  }

  /** Answers a sync step 1 with what the client has not got; from then on it gets every change. */
  #answer(stateVector: Map<number, number>): void {
    if (this.#state.kind === 'closed') return;
    const { kind } = this.#state;
    // Nobody needs the document again before they have read it; each answer would wait in our memory.
    if (kind !== 'joining' && this.#isBehind) return this.close(REFUSAL.later);
    const known = knownOf(stateVector, this.#room.doc);
    this.#state = { kind: 'live' };
    for (const frame of this.#room.answer(known)) this.#wire.send(frame);
    if (kind === 'live') return;
    this.#sendPresence();
    if (this.#extra) this.#wire.send(extraFrame('authors', this.#room.authors()));
    // Held back while the client lagged.
    if (kind === 'lagging') this.#saved();
  }

  #edit(update: Uint8Array, complete: boolean): void {
    this.#frames.received++;
    const receipt = this.#room.receive(this, update);
    switch (receipt.kind) {
      case 'refused':
        return this.close(receipt.refusal);
      case 'gap':
        // The client has more than it sent: ask for everything.
        this.#frames.gap = true;
        return this.#room.whenDurable(() => this.#askForEverything());
      case 'accepted':
        if (complete) this.#frames.gap = false;
        if (!this.#frames.gap) this.#frames.accepted = this.#frames.received;
        return this.#room.whenDurable(() => this.#saved());
    }
  }

  #askForEverything(): void {
    // Each question would wait in our memory.
    if (this.#isBehind) return this.close(REFUSAL.later);
    this.#wire.send(step1Frame(Y.encodeStateVector(this.#room.doc)));
  }

  #sendPresence(): void {
    this.#fallBehind();
    if (this.#state.kind === 'lagging' || this.#isBehind) return;
    const frame = this.#room.presence.frameFor(this);
    if (frame) this.#wire.send(frame);
  }
}

/** The part of a state vector that is about this document: what else a client names may be a million forged ids. */
function knownOf(stateVector: Map<number, number>, doc: Y.Doc): Map<number, number> {
  const known = new Map<number, number>();
  for (const clientId of doc.store.clients.keys()) {
    const clock = stateVector.get(clientId);
    if (clock !== undefined) known.set(clientId, clock);
  }
  return known;
}
