import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import * as Y from 'yjs';
import { NOTHING, type Protocol } from './protocol.ts';
import type { Running } from './servers.ts';

/**
 * A client that costs next to nothing, so that the load does not hide what it loads: a bare socket that counts changes
 * and keeps nothing.
 */
export class LoadClient {
  /** Changes that came. */
  updates = 0;
  /** Resolves when the client has the document. */
  readonly opened: Promise<void>;
  /** Called for each change that comes. */
  onUpdate: (update: () => Uint8Array) => void = () => {};
  readonly #socket: Socket;
  readonly #protocol: Protocol;
  readonly #vector: Uint8Array;
  /** What came of a frame that is not complete, and how many bytes it takes. */
  #rest: Buffer[] = [];
  #have = 0;
  #need = 0;
  #shaken = false;
  /** What the document came in, the last of it ends the wait. */
  readonly #document: (() => Uint8Array)[] = [];
  #isOpen = false;
  #resolveOpened: () => void = () => {};
  #rejectOpened: (error: Error) => void = () => {};
  #closed = false;

  /** @param vector state vector of what the client has of the document */
  constructor(server: Running, document: number, client: number, vector: Uint8Array = NOTHING) {
    const { path, cookie, protocol } = server.address(document, client);
    this.#protocol = protocol;
    this.#vector = vector;
    this.opened = new Promise((resolve, reject) => {
      this.#resolveOpened = resolve;
      this.#rejectOpened = reject;
    });
    this.#socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    this.#socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${server.port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        ...(cookie ? [`Cookie: ${cookie}`] : []),
        '\r\n',
      ].join('\r\n'),
    );
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#rejectOpened(error));
    this.#socket.on('close', () => {
      this.#closed = true;
      this.#rejectOpened(new Error(`${server.name} closed the connection`));
    });
  }

  /** Whether the server (or the end of its process) has closed the connection. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The document as it was opened, as one update. */
  document(): Uint8Array {
    return Y.mergeUpdates(this.#document.map((body) => body()));
  }

  /** Sends a change. */
  send(update: Uint8Array): void {
    this.#write(this.#protocol.update(update));
  }

  close(): void {
    this.#socket.destroy();
  }

  #write(payload: Uint8Array): void {
    this.#socket.write(maskedFrame(payload));
  }

  #receive(chunk: Buffer): void {
    this.#rest.push(chunk);
    this.#have += chunk.length;
    if (this.#have < this.#need) return;
    let data = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest);
    if (!this.#shaken) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return;
      const status = data.subarray(0, 12).toString();
      if (status !== 'HTTP/1.1 101') return this.#rejectOpened(new Error(status));
      this.#shaken = true;
      data = data.subarray(end + 4);
      for (const frame of this.#protocol.hello(this.#vector)) this.#write(frame);
    }
    let at = 0;
    for (;;) {
      const frame = readFrame(data, at);
      this.#need = frame.end - at;
      if (frame.end > data.length) break;
      at = frame.end;
      this.#take(frame.opcode, data.subarray(frame.start, frame.end));
    }
    this.#rest = at === data.length ? [] : [data.subarray(at)];
    this.#have = data.length - at;
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === 8) return this.#rejectOpened(new Error(`closed with ${payload.readUInt16BE(0)}`));
    if (opcode === 9) this.#socket.write(maskedFrame(payload, 10));
    if (opcode !== 2) return;
    const { kind, body } = this.#protocol.read(payload);
    if (kind === 'other') return;
    if (!this.#isOpen) this.#document.push(body);
    if (kind === 'update') {
      this.updates++;
      this.onUpdate(body);
    } else {
      this.#isOpen = true;
      this.#resolveOpened();
    }
  }
}

/** Opens many clients, not all in one instant: `atOnce` of them wait for their document at a time. */
export async function openClients(
  server: Running,
  count: number,
  { document = () => 0, atOnce = 50 }: { document?: (client: number) => number; atOnce?: number } = {},
): Promise<LoadClient[]> {
  const clients: LoadClient[] = [];
  while (clients.length < count) {
    const some = Array.from({ length: Math.min(atOnce, count - clients.length) }, (_, i) => {
      const client = clients.length + i;
      return new LoadClient(server, document(client), client);
    });
    clients.push(...some);
    await Promise.all(some.map(({ opened }) => opened));
  }
  return clients;
}

/** The frame at an offset; of one whose header is not complete `end` says how far to read on. */
function readFrame(data: Buffer, at: number): { opcode: number; start: number; end: number } {
  const incomplete = (bytes: number) => ({ opcode: 0, start: at, end: at + bytes });
  if (data.length < at + 2) return incomplete(2);
  const opcode = (data[at] ?? 0) & 15;
  const short = (data[at + 1] ?? 0) & 127;
  if (short < 126) return { opcode, start: at + 2, end: at + 2 + short };
  const header = short === 126 ? 4 : 10;
  if (data.length < at + header) return incomplete(header);
  const length = short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
  return { opcode, start: at + header, end: at + header + length };
}

/** A client's frame, masked with zeros. */
function maskedFrame(payload: Uint8Array, opcode = 2): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  header[0] = 0x80 | opcode;
  if (length < 126) header[1] = 0x80 | length;
  else if (length < 65_536) {
    header[1] = 0x80 | 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 0x80 | 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}
