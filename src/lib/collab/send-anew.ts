import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { createProvider, type Transport } from './provider.ts';
import { SYNC_STEP_2, SYNC_UPDATE } from './counting-socket.ts';
import { replayUnsent } from './unsent.ts';

const ANSWER_WITHIN_MS = 20_000;

/**
 * Writes what the server refused anew: opens the document once more under a fresh client id, does there what `mine` has
 * and the server lacks, and waits until that is on disk. Returns the resulting state; null when the server refused it
 * again or does not answer.
 */
export async function sendAnew(
  documentId: string,
  epoch: string,
  mine: Y.Doc,
  roots: readonly string[],
  transport: Transport,
): Promise<Uint8Array | null> {
  const fresh = new Y.Doc();
  const awareness = new Awareness(fresh);
  let lastFrame = Number.POSITIVE_INFINITY;
  let provider: ReturnType<typeof createProvider> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const taken = await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
      let caughtUp = false;
      let synced = false;
      let written = false;
      const write = () => {
        if (written || !caughtUp || !synced) return;
        written = true;
        let changes = false;
        fresh.once('update', () => (changes = true));
        replayUnsent(mine, fresh, roots);
        if (!changes) resolve(true);
      };
      provider = createProvider(documentId, epoch, fresh, awareness, transport, {
        opened: () => {},
        allowed: () => true,
        sent: (frame, kind) => {
          if (kind === SYNC_STEP_2) caughtUp = true;
          if (kind === SYNC_UPDATE && written) lastFrame = frame;
          queueMicrotask(write);
        },
        synced: () => {
          synced = true;
          queueMicrotask(write);
        },
        saved: (frames) => {
          if (frames >= lastFrame) resolve(true);
        },
        lost: () => resolve(false),
        ended: () => resolve(false),
        authors: () => {},
        notice: () => {},
      });
      provider.connect();
    });
    return taken ? Y.encodeStateAsUpdate(fresh) : null;
  } finally {
    clearTimeout(timer);
    (provider as ReturnType<typeof createProvider> | null)?.destroy();
    awareness.destroy();
    fresh.destroy();
  }
}
