import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { EXTRA, type ExtraMessage } from '#domain/sync.ts';

// The wire format: y-websocket's own protocol and, for clients that connect with ?v=1, a few messages of ours.

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
    const clock = decoding.readVarUint(decoder);
    entries.push({ clientId, clock, state: decoding.readVarString(decoder) });
  }
  if (decoding.hasContent(decoder)) throw new Error('trailing bytes');
  return entries;
}

export function step1Frame(stateVector: Uint8Array): Uint8Array {
  return syncFrame(STEP_1, stateVector);
}

export function step2Frame(update: Uint8Array): Uint8Array {
  return syncFrame(STEP_2, update);
}

export function updateFrame(update: Uint8Array): Uint8Array {
  return syncFrame(UPDATE, update);
}

function syncFrame(step: number, payload: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

export function awarenessFrame(entries: readonly AwarenessEntry[]): Uint8Array {
  const payload = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const entry of entries) {
      encoding.writeVarUint(encoder, entry.clientId);
      encoding.writeVarUint(encoder, entry.clock);
      encoding.writeVarString(encoder, entry.state);
    }
  });
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

export function extraFrame<T extends keyof ExtraMessage>(type: T, message: ExtraMessage[T]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, EXTRA[type]);
    encoding.writeVarString(encoder, JSON.stringify(message));
  });
}
