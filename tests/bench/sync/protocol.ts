import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

// What frames look like: y-websocket's, and Hocuspocus's, which begin with the document's name and a sign-in.

export type Protocol = {
  /** Sent as soon as the socket is open, with the state vector of what the client has. */
  hello(vector: Uint8Array): Uint8Array[];
  update(update: Uint8Array): Uint8Array;
  /** What a frame is: a change of somebody, or (part of) the document; its update. */
  read(frame: Buffer): { kind: 'update' | 'document' | 'other'; body: () => Uint8Array };
};

export const NOTHING = Y.encodeStateVector(new Y.Doc());
const OTHER = { kind: 'other' as const, body: () => new Uint8Array() };

function codec(prefix: Uint8Array, syncTypes: readonly number[], hello: Uint8Array[]): Protocol {
  const sync = (step: number, payload: Uint8Array) =>
    encoding.encode((encoder) => {
      encoding.writeUint8Array(encoder, prefix);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, step);
      encoding.writeVarUint8Array(encoder, payload);
    });
  return {
    hello: (vector) => [...hello, sync(0, vector)],
    update: (update) => sync(2, update),
    read(frame) {
      const type = frame[prefix.length];
      const step = frame[prefix.length + 1];
      if (type === undefined || !syncTypes.includes(type) || (step !== 1 && step !== 2)) return OTHER;
      return { kind: step === 2 ? 'update' : 'document', body: () => payload(frame, prefix.length + 2) };
    },
  };
}

function payload(frame: Buffer, offset: number): Uint8Array {
  let at = offset;
  while ((frame[at] ?? 0) >= 128) at++;
  return frame.subarray(at + 1);
}

export const PLAIN: Protocol = codec(new Uint8Array(), [0], []);

export function hocuspocus(document: string): Protocol {
  const name = encoding.encode((encoder) => encoding.writeVarString(encoder, document));
  const signIn = encoding.encode((encoder) => {
    encoding.writeUint8Array(encoder, name);
    encoding.writeVarUint(encoder, 2);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, '');
    encoding.writeVarString(encoder, '4.7.0');
  });
  // 4 is an answer to a sync step.
  return codec(name, [0, 4], [signIn]);
}
