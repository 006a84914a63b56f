import type { Refusal } from './refusal.ts';
import type { Receipt } from './room/peer.ts';

/** What happens to an update between its socket and everybody else's; the last two once for all that gathered. */
export type Step = 'gate' | 'apply' | 'commit' | 'broadcast';

/**
 * Listens to the engine at work. It is called for every keystroke of everybody: it must be quick, must not throw, and
 * learns nothing about people or what they write.
 */
export type Meter = {
  /** The time in milliseconds, to be given to `took`. */
  now(): number;
  took(step: Step, since: number): void;
  /** An update of a peer was judged. */
  received(receipt: Receipt): void;
  /** A socket is closed by the server. */
  sentAway(refusal: Refusal): void;
};

/** Nobody listens, and no step is timed. */
export const NO_METER: Meter = {
  now: () => 0,
  took: () => {},
  received: () => {},
  sentAway: () => {},
};

/** How much there is to do at this moment. */
export type Load = {
  /** Documents that are open in memory. */
  rooms: number;
  connections: number;
  /** Bytes that wait for browsers to read them. */
  bufferedBytes: number;
  /** Ledger rows that were received and are not durable yet. */
  pendingRows: number;
  /** How long the oldest of them has been waiting. */
  pendingMs: number;
  /** Whether all of the last transaction came to disk. */
  storing: boolean;
};
