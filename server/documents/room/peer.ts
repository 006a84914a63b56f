import type { AuthorsMessage } from '#domain/authorship.ts';
import type { Actor } from '../documents.ts';
import type { Refusal } from '../refusal.ts';

/** Somebody in a room: a socket, or a writer inside this process. */
export type Peer = {
  /** Names the connection in the ledger. */
  readonly id: string;
  readonly actor: Actor;
  readonly canWrite: boolean;
  /** A durable change by somebody else; `frame` is framed once for all. */
  changed(update: Uint8Array, frame: Uint8Array): void;
  /** Who wrote what: new since the last message. */
  authors(message: AuthorsMessage): void;
  presence(frame: Uint8Array): void;
  dropped(refusal: Refusal): void;
};

/** What became of a peer's update. An accepted one is durable when `whenDurable` says so. */
export type Receipt = { kind: 'accepted' } | { kind: 'gap' } | { kind: 'refused'; refusal: Refusal };
