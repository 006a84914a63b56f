import * as Y from 'yjs';
import { newId } from '#domain/ids.ts';
import type { Actor } from '../actor.ts';
import type { LocalWriter } from '../documents.ts';
import { RefusedError, type Refusal } from '../refusal.ts';
import type { Peer } from '../room/peer.ts';
import type { Room } from '../room/room.ts';

/**
 * A writer inside this process. Its changes take the same way as a browser's.
 * @throws RefusedError when what the document holds cannot be stored
 */
export function joinLocally(room: Room, actor: Actor): Promise<LocalWriter> {
  const doc = new Y.Doc();
  let refused: RefusedError | null = null;
  const refuse = (refusal: Refusal) => {
    refused ??= new RefusedError(refusal);
  };
  const peer: Peer = {
    id: newId(),
    actor,
    canWrite: true,
    changed(changes) {
      for (const { update } of changes) Y.applyUpdate(doc, update, peer);
    },
    authors: () => {},
    presence: () => {},
    dropped: refuse,
  };
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === peer || refused) return;
    let receipt = room.receive(peer, update);
    // Something before it was refused or lost: everything at once shows which.
    if (receipt.kind === 'gap') receipt = room.receive(peer, Y.encodeStateAsUpdate(doc));
    if (receipt.kind === 'refused') refuse(receipt.refusal);
  });
  const saved = () => (refused ? Promise.reject(refused) : room.saved());
  return new Promise((resolve, reject) => {
    // Of a room that cannot store what it holds nothing would be heard.
    room.saved().catch(reject);
    room.whenDurable(() => {
      Y.applyUpdate(doc, room.fullState(), peer);
      room.join(peer, false);
      resolve({
        doc,
        saved,
        async close() {
          try {
            await saved();
          } finally {
            room.leave(peer);
            doc.destroy();
          }
        },
      });
    });
  });
}
