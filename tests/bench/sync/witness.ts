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

/** For each of one writer's changes, in the order in which they are made: resolves when a client has been told it. */
export function arrivals(client: LoadClient, changes: readonly Uint8Array[]): Promise<void>[] {
  const waiting: { clock: number; resolve: () => void }[] = [];
  client.onUpdate = (update) => {
    const told = Math.max(...Y.parseUpdateMeta(update()).to.values());
    while (waiting[0] && waiting[0].clock <= told) waiting.shift()?.resolve();
  };
  return changes.map(
    (change) =>
      new Promise((resolve) => {
        waiting.push({ clock: Math.max(...Y.parseUpdateMeta(change).to.values()), resolve });
      }),
  );
}
