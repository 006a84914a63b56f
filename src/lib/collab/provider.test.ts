import * as decoding from 'lib0/decoding';
import { expect, it, vi } from 'vitest';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { AWARENESS } from './counting-socket.ts';
import { createProvider, type ProviderEvents } from './provider.ts';

/** A socket that is open at once, and what was sent through it. */
function openSocket() {
  const sent: Uint8Array[] = [];
  class Open extends EventTarget {
    onopen: (() => void) | null = null;
    readonly OPEN = 1;
    readyState = this.OPEN;
    constructor() {
      super();
      queueMicrotask(() => this.onopen?.());
    }
    send(frame: Uint8Array): void {
      sent.push(frame);
    }
    close(): void {}
  }
  return { sent, WebSocket: Open as unknown as typeof WebSocket };
}

const events: ProviderEvents = {
  opened: () => {},
  allowed: () => true,
  sent: () => {},
  synced: () => {},
  lost: () => {},
  ended: () => {},
  saved: () => {},
  authors: () => {},
  notice: () => {},
};

it('tells the server where I am, and never where it said that others are', async () => {
  const [doc, theirs] = [new Y.Doc(), new Y.Doc()];
  const [mine, others] = [new Awareness(doc), new Awareness(theirs)];
  const { sent, WebSocket } = openSocket();
  const provider = createProvider('plan', 'epoch', doc, mine, { url: 'ws://127.0.0.1:9', WebSocket }, events);
  provider.connect();
  await vi.waitFor(() => expect(provider.wsconnected).toBe(true));
  sent.length = 0;

  others.setLocalState({ at: 1 });
  applyAwarenessUpdate(mine, encodeAwarenessUpdate(others, [theirs.clientID]), provider);
  expect(sent).toEqual([]);

  mine.setLocalState({ at: 2 });
  expect(sent.map((frame) => frame[0])).toEqual([AWARENESS]);
  const decoder = decoding.createDecoder(sent[0]?.subarray(1) ?? new Uint8Array());
  decoding.readVarUint(decoder);
  expect([decoding.readVarUint(decoder), decoding.readVarUint(decoder)]).toEqual([1, doc.clientID]);

  provider.destroy();
  for (const awareness of [mine, others]) awareness.destroy();
});
