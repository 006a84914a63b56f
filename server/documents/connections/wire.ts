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

  flush(): void {
    const first = this.#first;
    const more = this.#more;
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
