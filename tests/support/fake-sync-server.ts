import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { CLOSE, EXTRA, FIRST_EPOCH } from '#domain/sync.ts';

const SYNC = 0;
const AWARENESS = 1;

/**
 * A document server inside the test, where the test decides when something is on disk, when the network is there and
 * what is refused. Browsers reach it through `WebSocket`.
 */
export class FakeSyncServer {
  doc = new Y.Doc();
  /** Browsers that say another one are sent away. */
  epoch: string = FIRST_EPOCH;
  /** Whether connections are possible. */
  reachable = true;
  /** While true nothing is acknowledged and nothing reaches the others. */
  held = false;
  /** Decides about a frame that carries a change: a close code and a reason refuse it. */
  judge: (update: Uint8Array) => [code: number, reason: string] | null = () => null;
  readonly sockets = new Set<FakeSocket>();
  /** The class that browsers connect with. */
  readonly WebSocket: typeof WebSocket;

  constructor() {
    const sockets = this.sockets;
    const connect = (socket: FakeSocket, epoch: string) => this.#connect(socket, epoch);
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.add(this);
        queueMicrotask(() => connect(this, new URL(url).searchParams.get('epoch') ?? ''));
      }
    } as unknown as typeof WebSocket;
  }

  /** Closes every connection, as a network does (1006) or a server (with its code). */
  cut(code = 1006, reason = ''): void {
    for (const socket of [...this.sockets]) socket.drop(code, reason);
  }

  /** Everything that was held is on disk now. */
  release(): void {
    this.held = false;
    for (const socket of this.sockets) this.#flush(socket);
  }

  /** Goes on from the state of a backup, as another epoch; everybody is cut off. */
  restore(state: Uint8Array, epoch: string): void {
    this.doc = new Y.Doc();
    Y.applyUpdate(this.doc, state);
    this.epoch = epoch;
    this.cut();
  }

  #connect(socket: FakeSocket, epoch: string): void {
    socket.gone = () => this.sockets.delete(socket);
    if (!this.reachable) return socket.drop(1006, '');
    if (epoch !== this.epoch) return socket.drop(CLOSE.outdated, 'epoch');
    socket.receive = (data) => this.#read(socket, data);
    socket.open();
    socket.deliver(frame(SYNC, (encoder) => syncProtocol.writeSyncStep1(encoder, this.doc)));
    socket.deliver(message(EXTRA.authors, { clients: [], ranges: [] }));
  }

  #read(socket: FakeSocket, data: Uint8Array): void {
    const decoder = decoding.createDecoder(data);
    const type = decoding.readVarUint(decoder);
    if (type === AWARENESS) return this.#awareness(socket, decoding.readVarUint8Array(decoder));
    if (type !== SYNC) return;
    const kind = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    socket.frames += 1;
    if (kind === syncProtocol.messageYjsSyncStep1) {
      socket.deliver(frame(SYNC, (encoder) => syncProtocol.writeSyncStep2(encoder, this.doc, bytes)));
    } else {
      const refusal = this.judge(bytes);
      if (refusal) return socket.drop(...refusal);
      socket.waiting.push(bytes);
    }
    if (!this.held) this.#flush(socket);
  }

  #flush(socket: FakeSocket): void {
    for (const update of socket.waiting.splice(0)) {
      Y.applyUpdate(this.doc, update);
      for (const other of this.sockets) {
        if (other !== socket) other.deliver(frame(SYNC, (encoder) => syncProtocol.writeUpdate(encoder, update)));
      }
    }
    socket.deliver(message(EXTRA.saved, { frames: socket.frames }));
  }

  #awareness(socket: FakeSocket, update: Uint8Array): void {
    const decoder = decoding.createDecoder(update);
    const entries = decoding.readVarUint(decoder);
    for (let i = 0; i < entries; i++) {
      socket.announced.add(decoding.readVarUint(decoder));
      decoding.readVarUint(decoder);
      decoding.readVarString(decoder);
    }
    const user = { id: 'other', name: 'Māra Bērziņa', organisation: null, mark: 1 };
    const named = awarenessProtocol.modifyAwarenessUpdate(update, (state) => state && { ...state, user });
    const bytes = frame(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, named));
    for (const other of this.sockets) if (other !== socket) other.deliver(bytes);
  }
}

class FakeSocket {
  readonly OPEN = 1;
  readyState = 0;
  frames = 0;
  waiting: Uint8Array[] = [];
  /** The client ids about whose presence it said something. */
  readonly announced = new Set<number>();
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly url: string;
  receive: (data: Uint8Array) => void = () => {};
  gone: () => void = () => {};

  constructor(url: string) {
    this.url = url;
  }

  open(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.();
  }

  /** Server to browser. */
  deliver(data: Uint8Array): void {
    if (this.readyState === 1) this.onmessage?.({ data: data.slice().buffer });
  }

  /** Browser to server, a moment later. */
  send(data: Uint8Array): void {
    const copy = data.slice();
    queueMicrotask(() => {
      if (this.readyState !== 3) this.receive(copy);
    });
  }

  drop(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.gone();
    this.onclose?.({ code, reason });
  }

  /** What was sent before still arrives. */
  close(): void {
    this.readyState = 2;
    queueMicrotask(() => {
      this.readyState = 3;
      this.gone();
    });
  }
}

function frame(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

function message(type: number, value: unknown): Uint8Array {
  return frame(type, (encoder) => encoding.writeVarString(encoder, JSON.stringify(value)));
}
