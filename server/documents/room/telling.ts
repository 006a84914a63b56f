import type { Change, Peer } from './peer.ts';

/** Tells each peer what others changed, in order. What is the same for many is put together once. */
export function tellChanges(peers: Iterable<Peer>, changes: readonly Change[]): void {
  if (changes.length === 0) return;
  const writers = new Set(changes.map(({ from }) => from));
  let all: Buffer | null = null;
  for (const peer of peers) {
    if (!writers.has(peer)) {
      peer.changed(changes, (all ??= joined(changes)));
      continue;
    }
    const others = changes.filter(({ from }) => from !== peer);
    if (others.length > 0) peer.changed(others, joined(others));
  }
}

function joined(changes: readonly Change[]): Buffer {
  const [first] = changes;
  return first && changes.length === 1 ? first.frame : Buffer.concat(changes.map(({ frame }) => frame));
}
