import * as encoding from 'lib0/encoding';
import * as decoding from 'lib0/decoding';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { writeSyncStep2, writeUpdate } from 'y-protocols/sync';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { AWARENESS, SYNC } from './counting-socket.ts';
import { takeInTogether } from './incoming.ts';

let frames: (() => void)[] = [];

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => (frames = []));
});
afterEach(() => void vi.unstubAllGlobals());

/** A page that has no picture yet of what somebody else writes. */
function page() {
  const [doc, theirs] = [new Y.Doc(), new Y.Doc()];
  const provider = new WebsocketProvider('ws://127.0.0.1:9', 'plan', doc, {
    connect: false,
    awareness: new Awareness(doc),
    disableBc: true,
  });
  takeInTogether(provider);
  const receive = (type: number, write: (encoder: encoding.Encoder) => void) => {
    const frame = encoding.encode(write);
    provider.messageHandlers[type]?.(encoding.createEncoder(), decoding.createDecoder(frame), provider, true, type);
  };
  const awareness = new Awareness(theirs);
  theirs.on('update', (update: Uint8Array) => {
    receive(SYNC, (encoder) => writeUpdate(encoder, update));
    awareness.setLocalState({ at: theirs.getText('t').length });
    const entry = encodeAwarenessUpdate(awareness, [theirs.clientID]);
    receive(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, entry));
  });
  const text = () => doc.getText('t').toString();
  const close = () => {
    provider.destroy();
    awareness.destroy();
  };
  return { doc, theirs, provider, receive, text, close };
}

it('what somebody types before the next picture comes in one transaction, with their caret', () => {
  const { doc, theirs, provider, text, close } = page();
  const came: unknown[] = [];
  doc.on('afterTransaction', ({ origin, local }: Y.Transaction) => came.push([origin === provider, local]));
  const seen: unknown[] = [];
  doc.getText('t').observe(() => seen.push(provider.awareness.getStates().get(theirs.clientID)));
  for (const letter of 'abc') theirs.getText('t').insert(0, letter);
  expect(text()).toBe('');
  frames[0]?.();
  expect(text()).toBe('cba');
  expect(came).toEqual([[true, false]]);
  expect(seen, 'the caret is known when the text is drawn').toEqual([{ at: 3 }]);
  close();
});

it('what came before an answer of the server is there before it, and nothing is lost with the connection', () => {
  const { theirs, provider, receive, text, close } = page();
  theirs.getText('t').insert(0, 'a');
  const other = new Y.Doc();
  other.getText('t').insert(0, 'b');
  receive(SYNC, (encoder) => writeSyncStep2(encoder, other));
  expect([...text()].sort().join('')).toBe('ab');
  theirs.getText('t').insert(0, 'c');
  provider.emit('connection-close', [null, provider]);
  expect([...text()].sort().join('')).toBe('abc');
  close();
});
