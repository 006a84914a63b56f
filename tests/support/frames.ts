import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

// y-websocket's frames, written by hand: what an attacker or a broken client may send.

export const step1 = (doc: Y.Doc = new Y.Doc()) => sync(0, Y.encodeStateVector(doc));
export const step2 = (update: Uint8Array) => sync(1, update);
export const update = (bytes: Uint8Array) => sync(2, bytes);
export const queryAwareness = () => Uint8Array.of(3);

export function sync(step: number, payload: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

export function awareness(clientId: number, clock: number, state: unknown): Uint8Array {
  const payload = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(state));
  });
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

/** What changes a copy of `doc` under another client id, as one update. */
export function forge(doc: Y.Doc, clientId: number, change: (doc: Y.Doc) => void): Uint8Array {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  copy.clientID = clientId;
  const before = Y.encodeStateVector(copy);
  change(copy);
  return Y.encodeStateAsUpdate(copy, before);
}
