import * as Y from 'yjs';
import type { LoadClient } from './client.ts';

/**
 * Resolves when a client has been told all of some changes. It reads what comes instead of counting frames, for some
 * servers join changes: let it be the client that came last and is told last.
 */
export function witness(client: LoadClient, changes: readonly Uint8Array[]): Promise<void> {
  const missing = new Map<number, number>();
  for (const change of changes) {
    for (const [id, clock] of Y.parseUpdateMeta(change).to) missing.set(id, Math.max(clock, missing.get(id) ?? 0));
  }
  return new Promise((resolve) => {
    client.onUpdate = (update) => {
      for (const [id, clock] of Y.parseUpdateMeta(update()).to) {
        if (clock >= (missing.get(id) ?? Infinity)) missing.delete(id);
      }
      if (missing.size === 0) resolve();
    };
  });
}
