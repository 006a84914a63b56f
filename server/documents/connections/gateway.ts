import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { PLAN_SCHEMA } from '#domain/plan/schema.ts';
import { allows } from '#domain/rights.ts';
import type { Log } from '../../log.ts';
import type { Access, Directory } from '../documents.ts';
import { markOf } from '../epoch.ts';
import type { SocketLimits } from '../limits.ts';
import type { Load, Meter } from '../meter.ts';
import { REFUSAL, type Refusal } from '../refusal.ts';
import type { Rooms } from '../room/registry.ts';
import type { Room } from '../room/room.ts';
import { Connection } from './connection.ts';

/** ws closes larger frames itself, with a code that clients retry; our limit is lower and comes with our own code. */
const SOCKET_FRAME_FACTOR = 4;
const KEEP_ALIVE_MS = 15_000;
const WATCH_MS = 1_000;
/** A frame of somebody who is sent away; what they say right after the handshake is small. */
const STRANGER_FRAME_BYTES = 64 * 1024;
/** Frames that one message may come in: each costs memory of its own, and no browser cuts a message. */
const MESSAGE_PIECES = 16 * 1024;
/** Changes that were made by the command line are noticed within this time. */
const RECHECK_MS = 10_000;
/** On shutdown, many clients are sent away over this time, so that they do not all come back at once. */
const FAREWELL_MS = 2_000;
const FEW_CONNECTIONS = 20;
const FAREWELL_PATIENCE_MS = 3_000;

type Admission =
  | { kind: 'admitted'; room: Room; personId: string; sessionKey: string; access: Access; saysEpoch: boolean }
  | { kind: 'refused'; refusal: Refusal };

/** Takes browsers' sockets at `/sync/<documentId>` in, and keeps an eye on their rights. */
export class Gateway {
  readonly #rooms: Rooms;
  readonly #directory: Directory;
  readonly #origin: string | null;
  readonly #limits: SocketLimits;
  readonly #meter: Meter;
  readonly #log: Log;
  readonly #addressOf: (request: IncomingMessage) => string;
  readonly #server: WebSocketServer;
  /** Shakes hands with those who are sent away: they may have no session, and get no memory to fill. */
  readonly #door: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #keepAlive: NodeJS.Timeout;
  readonly #watch: NodeJS.Timeout;
  readonly #poll: NodeJS.Timeout;
  /** Sockets of each address, from the upgrade to their end. */
  readonly #addresses = new Map<string, number>();
  #pendingUpgrades = 0;
  #closing = false;

  constructor(options: {
    rooms: Rooms;
    directory: Directory;
    /** Public address; null: whatever the Host header says. */
    origin: string | null;
    addressOf: (request: IncomingMessage) => string;
    limits: SocketLimits;
    meter: Meter;
    log: Log;
  }) {
    this.#rooms = options.rooms;
    this.#directory = options.directory;
    this.#origin = options.origin;
    this.#addressOf = options.addressOf;
    const sockets = { noServer: true, perMessageDeflate: false, maxFragments: MESSAGE_PIECES };
    this.#server = new WebSocketServer({ ...sockets, maxPayload: SOCKET_FRAME_FACTOR * options.limits.updateBytes });
    this.#door = new WebSocketServer({ ...sockets, maxPayload: STRANGER_FRAME_BYTES });
    this.#limits = options.limits;
    this.#meter = options.meter;
    this.#log = options.log;
    this.#keepAlive = setInterval(() => {
      for (const connection of this.#connections) connection.keepAlive();
    }, KEEP_ALIVE_MS);
    this.#watch = setInterval(() => {
      for (const connection of this.#connections) connection.watch();
    }, WATCH_MS);
    this.#poll = setInterval(() => void this.#recheck([...this.#connections]), RECHECK_MS);
    this.#keepAlive.unref();
    this.#watch.unref();
    this.#poll.unref();
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = URL.parse(request.url ?? '', 'http://localhost');
    const documentId = url?.pathname.match(/^\/sync\/([\w-]{1,64})$/)?.[1];
    if (!url || !url.pathname.startsWith('/sync/')) return refuseUpgrade(socket, 404, 'Not Found');
    if (!this.#isOwnOrigin(request)) return refuseUpgrade(socket, 403, 'Forbidden');
    if (this.#closing || this.#pendingUpgrades >= this.#limits.pendingUpgrades) {
      return refuseUpgrade(socket, 503, 'Service Unavailable');
    }
    if (socket.destroyed) return;
    if (!this.#countAddress(this.#addressOf(request), socket)) {
      return this.#door.handleUpgrade(request, socket, head, (webSocket) => this.#sendAway(webSocket, REFUSAL.later));
    }
    this.#pendingUpgrades++;
    const onError = () => socket.destroy();
    socket.on('error', onError);
    this.#admit(request, documentId ?? '', url.searchParams)
      .catch((error: unknown): Admission => {
        this.#log.error({ err: error, document: documentId }, 'cannot open a document');
        return { kind: 'refused', refusal: REFUSAL.failed };
      })
      .then((admission) => {
        this.#pendingUpgrades--;
        socket.off('error', onError);
        if (socket.destroyed) return;
        // Those who are sent away get the handshake, too: a refused one has no code and is retried for ever.
        const server = admission.kind === 'refused' ? this.#door : this.#server;
        server.handleUpgrade(request, socket, head, (webSocket) => {
          if (admission.kind === 'refused') this.#sendAway(webSocket, admission.refusal);
          else this.#welcome({ webSocket, socket }, admission, url.searchParams.get('v') === '1');
        });
      })
      .catch((error: unknown) => {
        this.#log.error({ err: error, document: documentId }, 'cannot take a connection in');
        socket.destroy();
      });
  }

  /** Checks the open connections of a person at once. */
  recheck(personId: string): void {
    void this.#recheck([...this.#connections].filter((connection) => connection.personId === personId));
  }

  load(): Pick<Load, 'connections' | 'bufferedBytes'> {
    let bufferedBytes = 0;
    for (const connection of this.#connections) bufferedBytes += connection.waiting;
    return { connections: this.#connections.size, bufferedBytes };
  }

  /** Takes nobody in any more; whoever is here stays. */
  closeDoor(): void {
    this.#closing = true;
  }

  /** Sends everybody away; they come back when the process is there again. */
  async close(): Promise<void> {
    this.closeDoor();
    clearInterval(this.#keepAlive);
    clearInterval(this.#watch);
    clearInterval(this.#poll);
    const connections = [...this.#connections];
    const pause = connections.length > FEW_CONNECTIONS ? FAREWELL_MS / connections.length : 0;
    for (const connection of connections) {
      connection.close(REFUSAL.restart);
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#server.close();
    this.#door.close();
  }

  #isOwnOrigin(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    // Programs other than browsers send none; a page of another site cannot leave it out.
    if (origin === undefined) return true;
    if (this.#origin !== null) return origin === this.#origin;
    return URL.parse(origin)?.host === host;
  }

  /** Whether one more socket of this address may come in; it counts until it is closed. */
  #countAddress(address: string, socket: Duplex): boolean {
    const count = this.#addresses.get(address) ?? 0;
    if (count >= this.#limits.connectionsPerAddress) return false;
    this.#addresses.set(address, count + 1);
    socket.once('close', () => {
      const left = (this.#addresses.get(address) ?? 0) - 1;
      if (left > 0) this.#addresses.set(address, left);
      else this.#addresses.delete(address);
    });
    return true;
  }

  async #admit(request: IncomingMessage, documentId: string, query: URLSearchParams): Promise<Admission> {
    const refuse = (refusal: Refusal): Admission => ({ kind: 'refused', refusal });
    const identity = await this.#directory.identify(request.headers.cookie);
    if (!identity) return refuse(REFUSAL.noSession);
    const { personId, sessionKey } = identity;
    const access = await this.#directory.access(personId, documentId);
    if (access === 'no-document') return refuse(REFUSAL.noDocument);
    if (!access || !allows(access.role, 'plan:read')) return refuse(roleRefusal(access));
    const schema = query.get('schema');
    if (schema !== null && schema !== String(PLAN_SCHEMA)) return refuse(REFUSAL.schema);
    const room = this.#rooms.get(documentId);
    if (!room) return refuse(REFUSAL.noDocument);
    const epoch = query.get('epoch');
    if (epoch !== null && epoch !== room.epoch) return refuse(REFUSAL.epoch);
    const own = [...this.#connections].filter((connection) => connection.personId === personId).length;
    if (own >= this.#limits.connectionsPerPerson || room.peers.size >= this.#limits.connectionsPerDocument) {
      return refuse(REFUSAL.later);
    }
    return { kind: 'admitted', room, personId, sessionKey, access, saysEpoch: epoch !== null };
  }

  #welcome(
    sockets: { webSocket: WebSocket; socket: Duplex },
    admission: Extract<Admission, { kind: 'admitted' }>,
    extra: boolean,
  ): void {
    const { personId, sessionKey, access, saysEpoch } = admission;
    // The room may have been unloaded between the check and now.
    const room = this.#rooms.get(admission.room.documentId);
    if (!room || this.#closing) return this.#sendAway(sockets.webSocket, REFUSAL.restart);
    const connection = new Connection(
      sockets,
      room,
      { personId, sessionKey, access },
      {
        limits: this.#limits,
        meter: this.#meter,
        extra,
        mark: saysEpoch ? null : markOf(room.epoch),
        onClose: (closed) => this.#connections.delete(closed),
      },
    );
    this.#connections.add(connection);
  }

  #sendAway(socket: WebSocket, refusal: Refusal): void {
    this.#meter.sentAway(refusal);
    socket.on('error', () => socket.terminate());
    socket.close(refusal.code, refusal.reason);
    // Whoever does not answer may not stay.
    setTimeout(() => socket.terminate(), FAREWELL_PATIENCE_MS).unref();
  }

  async #recheck(connections: Connection[]): Promise<void> {
    for (const connection of connections) {
      try {
        const live = await this.#directory.isLive(connection.sessionKey);
        const access = await this.#directory.access(connection.personId, connection.room.documentId);
        if (!live) connection.close(REFUSAL.noSession);
        else if (access === 'no-document') connection.close(REFUSAL.noDocument);
        else if (!access || !allows(access.role, 'plan:read')) connection.close(roleRefusal(access));
        else connection.update(access);
      } catch (error) {
        this.#log.error({ err: error }, 'cannot check the rights of a connection');
      }
    }
  }
}

/** Who is no member (any more) is told so; all members may read, as the table of rights stands. */
function roleRefusal(access: Access | null): Refusal {
  return access?.role ? REFUSAL.role : REFUSAL.member;
}

function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  socket.once('finish', () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
