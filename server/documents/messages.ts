import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { EXTRA, type ExtraMessage } from '#domain/sync.ts';

// The wire format: y-websocket's own protocol and, for clients that connect with ?v=1, a few messages of ours.
// Frames for clients are made here as they go over the socket, with the header of their WebSocket frame: one that goes
// to three hundred browsers is made once.

const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** One client's presence as it travels: state null takes it away. */
export type AwarenessEntry = { clientId: number; clock: number; state: string };

export type ClientMessage =
  | { type: 'step1'; stateVector: Map<number, number> }
  | { type: 'step2' | 'update'; update: Uint8Array }
  | { type: 'awareness'; entries: AwarenessEntry[] }
  | { type: 'query-awareness' };

const MAX_AWARENESS_ENTRIES = 1000;
/** Yjs draws them from 32 bits. */
const MAX_CLIENT_ID = 2 ** 32 - 1;

/** Reads one frame of a client; null when it is malformed. */
export function readMessage(frame: Uint8Array): ClientMessage | null {
  try {
    const decoder = decoding.createDecoder(frame);
    const message = read(decoder);
    return decoding.hasContent(decoder) ? null : message;
  } catch {
    return null;
  }
}

function read(decoder: decoding.Decoder): ClientMessage | null {
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return readSync(decoder);
    case AWARENESS:
      return { type: 'awareness', entries: readAwareness(decoding.readVarUint8Array(decoder)) };
    case QUERY_AWARENESS:
      return { type: 'query-awareness' };
    default:
      return null;
  }
}

function readSync(decoder: decoding.Decoder): ClientMessage | null {
  switch (decoding.readVarUint(decoder)) {
    case STEP_1:
      return { type: 'step1', stateVector: readStateVector(decoding.readVarUint8Array(decoder)) };
    case STEP_2:
      return { type: 'step2', update: decoding.readVarUint8Array(decoder) };
    case UPDATE:
      return { type: 'update', update: decoding.readVarUint8Array(decoder) };
    default:
      return null;
  }
}

function readStateVector(bytes: Uint8Array): Map<number, number> {
  const decoder = decoding.createDecoder(bytes);
  const vector = new Map<number, number>();
  // A forged count runs out of bytes and throws.
  for (let count = decoding.readVarUint(decoder); count > 0; count--) {
    vector.set(decoding.readVarUint(decoder), decoding.readVarUint(decoder));
  }
  if (decoding.hasContent(decoder)) throw new Error('trailing bytes');
  return vector;
}

function readAwareness(bytes: Uint8Array): AwarenessEntry[] {
  const decoder = decoding.createDecoder(bytes);
  const count = decoding.readVarUint(decoder);
  if (count > MAX_AWARENESS_ENTRIES) throw new Error('too many entries');
  const entries: AwarenessEntry[] = [];
  for (let i = 0; i < count; i++) {
    const clientId = decoding.readVarUint(decoder);
    if (clientId > MAX_CLIENT_ID) throw new Error('no client id');
    const clock = decoding.readVarUint(decoder);
    entries.push({ clientId, clock, state: decoding.readVarString(decoder) });
  }
  if (decoding.hasContent(decoder)) throw new Error('trailing bytes');
  return entries;
}

export function step1Frame(stateVector: Uint8Array): Buffer {
  return syncFrame(STEP_1, stateVector);
}

export function step2Frame(update: Uint8Array): Buffer {
  return syncFrame(STEP_2, update);
}

export function updateFrame(update: Uint8Array): Buffer {
  return syncFrame(UPDATE, update);
}

function syncFrame(step: number, payload: Uint8Array): Buffer {
  const lengthBytes = varUintLength(payload.length);
  const { frame, start } = emptyFrame(2 + lengthBytes + payload.length);
  frame[start] = SYNC;
  frame[start + 1] = step;
  writeVarUint(frame, start + 2, payload.length);
  frame.set(payload, start + 2 + lengthBytes);
  return frame;
}

export function awarenessFrame(entries: readonly AwarenessEntry[]): Buffer {
  const payload = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const entry of entries) {
      encoding.writeVarUint(encoder, entry.clientId);
      encoding.writeVarUint(encoder, entry.clock);
      encoding.writeVarString(encoder, entry.state);
    }
  });
  return frameOf((encoder) => {
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

export function extraFrame<T extends keyof ExtraMessage>(type: T, message: ExtraMessage[T]): Buffer {
  return frameOf((encoder) => {
    encoding.writeVarUint(encoder, EXTRA[type]);
    encoding.writeVarString(encoder, JSON.stringify(message));
  });
}

function frameOf(write: (encoder: encoding.Encoder) => void): Buffer {
  const message = encoding.encode(write);
  const { frame, start } = emptyFrame(message.length);
  frame.set(message, start);
  return frame;
}

/** FIN and binary: a whole message in one frame. */
const WHOLE_BINARY = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Room for a message behind the header of an unmasked WebSocket frame (RFC 6455, 5.2); the message goes to `start`. */
function emptyFrame(length: number): { frame: Buffer; start: number } {
  const start = length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = WHOLE_BINARY;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = LENGTH_16;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_64;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  return { frame, start };
}

function varUintLength(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

function writeVarUint(target: Buffer, offset: number, value: number): void {
  let at = offset;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) target[at++] = 128 | (rest & 127);
  target[at] = rest;
}
