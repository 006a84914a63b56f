import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/**
 * The way out to one browser. Frames are written to the socket underneath, past ws, for they are complete already; what
 * one turn of the event loop brings leaves together.
 */
export class Wire {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  /** Most turns bring one frame: no list is made for it. */
  #first: Buffer | null = null;
  #more: Buffer[] = [];
  #bytes = 0;
  /** Bytes that were given to the socket. */
  #sent = 0;
  /** What was taken when `hasTaken` was asked before. */
  #taken = { whole: 0, rest: 0 };

  /** @param socket the one that `webSocket` speaks over, without compression */
  constructor(webSocket: WebSocket, socket: Duplex) {
    this.#webSocket = webSocket;
    this.#socket = socket;
  }

  /** Bytes that the browser has not taken yet. */
  get waiting(): number {
    return this.#socket.writableLength + this.#bytes;
  }

  /** Sends whole frames, one or several joined, before this turn of the event loop is over. */
  send(frames: Buffer): void {
    if (this.#first === null) {
      this.#first = frames;
      flushAfterTurn(this);
    } else {
      this.#more.push(frames);
    }
    this.#bytes += frames.length;
  }

  /** Whether the browser took any byte since this was asked before, or has nothing left to take. */
  hasTaken(): boolean {
    const before = this.#taken;
    this.#taken = { whole: this.#sent - this.#socket.writableLength, rest: underWay(this.#socket) };
    return this.waiting === 0 || this.#taken.whole !== before.whole || this.#taken.rest !== before.rest;
  }

  flush(): void {
    const first = this.#first;
    const more = this.#more;
    this.#sent += this.#bytes;
    this.#first = null;
    this.#bytes = 0;
    if (more.length > 0) this.#more = [];
    if (first === null || this.#webSocket.readyState !== OPEN) return;
    if (more.length === 0) {
      this.#socket.write(first);
      return;
    }
    this.#socket.cork();
    this.#socket.write(first);
    for (const frame of more) this.#socket.write(frame);
    this.#socket.uncork();
  }

  /** Sends what is still to be sent, and closes. */
  close(code: number, reason: string): void {
    this.flush();
    this.#webSocket.close(code, reason);
  }
}

/**
 * Bytes of the newest write that the operating system has not taken yet: `writableLength` counts a write until it is
 * through, and a large document takes a slow phone minutes. Node's own timeouts look at the same number.
 */
function underWay(socket: Duplex & { _handle?: { writeQueueSize?: number } | null }): number {
  return socket._handle?.writeQueueSize ?? 0;
}

/** `readyState` of a WebSocket that takes frames. */
const OPEN = 1;

let waiting: Wire[] = [];

function flushAfterTurn(wire: Wire): void {
  if (waiting.length === 0) process.nextTick(flushAll);
  waiting.push(wire);
}

function flushAll(): void {
  const wires = waiting;
  waiting = [];
  for (const wire of wires) wire.flush();
}
