import * as decoding from 'lib0/decoding';
import type { WebsocketProvider } from 'y-websocket';
import { applyAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { AWARENESS, SYNC, SYNC_UPDATE } from './counting-socket.ts';
import { EachPicture } from './each-picture.ts';

/**
 * Takes in what others write, and where they are, once for each picture and in one transaction: of twenty people who
 * type, every letter would otherwise be rendered on its own.
 */
export function takeInTogether(provider: WebsocketProvider): void {
  const { doc, awareness, messageHandlers } = provider;
  let updates: Uint8Array[] = [];
  let presences: Uint8Array[] = [];

  const pictures = new EachPicture(() => {
    const [changes, places] = [updates, presences];
    [updates, presences] = [[], []];
    const takeIn = () => {
      for (const change of changes) Y.applyUpdate(doc, change, provider);
      // Carets point to letters that came before them, and are drawn together with them.
      for (const place of places) applyAwarenessUpdate(awareness, place, provider);
    };
    Y.transact(doc, takeIn, provider, false);
  });

  const sync = messageHandlers[SYNC];
  messageHandlers[SYNC] = (encoder, decoder, ...rest) => {
    if (decoding.peekVarUint(decoder) === SYNC_UPDATE) {
      decoding.readVarUint(decoder);
      updates.push(decoding.readVarUint8Array(decoder));
      pictures.soon();
      return;
    }
    pictures.now();
    sync?.(encoder, decoder, ...rest);
  };
  messageHandlers[AWARENESS] = (_encoder, decoder) => {
    presences.push(decoding.readVarUint8Array(decoder));
    pictures.soon();
  };
  provider.on('connection-close', () => pictures.now());
}
