import type { AuthorsMessage } from '#domain/authorship.ts';
import type { Actor } from '../actor.ts';
import type { Refusal } from '../refusal.ts';

/** A durable change, and the frame that tells it. */
export type Change = { update: Uint8Array; frame: Buffer; from: Peer | null };

/** Somebody in a room: a socket, or a writer inside this process. */
export type Peer = {
  /** Names the connection in the ledger. */
  readonly id: string;
  readonly actor: Actor;
  readonly canWrite: boolean;
  /** Durable changes by others, in order; `frames` are theirs, joined once for all. */
  changed(changes: readonly Change[], frames: Buffer): void;
  /** Who wrote what: new since the last message. */
  authors(message: AuthorsMessage): void;
  presence(frame: Buffer): void;
  dropped(refusal: Refusal): void;
};

/** What became of a peer's update. An accepted one is durable when `whenDurable` says so. */
export type Receipt = { kind: 'accepted' } | { kind: 'gap' } | { kind: 'refused'; refusal: Refusal };
