import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

// A bare TCP connection that speaks WebSocket by hand: it reads when a test wants, and breaks every rule.

/** Opens a TCP connection; it ends with the test. */
export async function tcp(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {
    // The other side may end it at any time.
  });
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

/** The request of a proper handshake. */
export function handshake(path: string, headers: Record<string, string> = {}): string {
  const all = {
    host: '127.0.0.1',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A client that has shaken hands and reads nothing from then on. */
export async function deafClient(port: number, documentId: string, personId: string): Promise<Socket> {
  const socket = await tcp(port);
  socket.write(handshake(`/sync/${documentId}?v=1`, { cookie: `person=${personId}` }));
  await once(socket, 'readable');
  socket.read();
  socket.pause();
  return socket;
}

/** How a frame of a client breaks the rules, if at all. */
export type FrameHead = { opcode?: number; fin?: boolean; masked?: boolean; reserved?: number; length?: bigint };

const BINARY = 2;

/** A frame as a client sends it (RFC 6455, 5.2), with another head than its payload deserves if need be. */
export function clientFrame(payload: Uint8Array, head: FrameHead = {}): Buffer {
  const { opcode = BINARY, fin = true, masked = true, reserved = 0, length = BigInt(payload.length) } = head;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  let start: Buffer;
  if (length < 126n) start = Buffer.from([first, maskBit | Number(length)]);
  else if (length < 65_536n) {
    start = Buffer.from([first, maskBit | 126, 0, 0]);
    start.writeUInt16BE(Number(length), 2);
  } else {
    start = Buffer.from([first, maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    start.writeBigUInt64BE(length, 2);
  }
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat(masked ? [start, Buffer.alloc(4), payload] : [start, payload]);
}
