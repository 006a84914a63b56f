import type { AuthorsMessage } from './authorship.ts';

// What document sockets say besides y-websocket's own protocol: server and browser have it from here.

/** Types of our own messages, for clients that connect with `?v=1`: a JSON string follows. */
export const EXTRA = { saved: 100, authors: 101, notice: 102, refused: 103 } as const;

export type ExtraMessage = {
  /** How many of this connection's sync frames (message type 0, any step) are durable. */
  saved: { frames: number };
  authors: AuthorsMessage;
  /** What this connection may do changed. */
  notice: { canWrite: boolean };
  refused: { code: number; text: string };
};

/** The epoch of a document that was never restored from a backup. */
export const FIRST_EPOCH = 'first';

// A y-websocket 3.1 client gives up for good on close codes 4400 to 4499 and retries all others.

/** Why a document socket is closed by the server. */
export const CLOSE = {
  /** Permanent: what the client sent is malformed, not allowed in a document, or too large. */
  malformed: 4400,
  /** Permanent: no session, or it has ended. The person signs in again. */
  noSession: 4401,
  /** Permanent: the person may not do this. */
  forbidden: 4403,
  /** Permanent: there is no such document, or the person may not know of it. */
  noDocument: 4404,
  /** Permanent: the client speaks another schema of the document, or holds another epoch of it. It reloads. */
  outdated: 4409,
  /** Retried: the server failed; nothing that was not durable has been shown. */
  failed: 1011,
  /** Retried: the server restarts. */
  restart: 1012,
  /** Retried: too much at once, or not ready yet. */
  later: 1013,
} as const;
export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

/** The word that goes with a code as the reason of the close frame, and with message 103 ("refused"). */
export type CloseReason =
  // 4400
  | 'malformed'
  | 'not-allowed'
  | 'too-large'
  // 4401
  | 'session'
  // 4403
  | 'role'
  | 'member'
  | 'client-id'
  | 'server-only'
  // 4404
  | 'document'
  // 4409
  | 'schema'
  | 'epoch'
  // 1011, 1012, 1013
  | 'failed'
  | 'restart'
  | 'later';
