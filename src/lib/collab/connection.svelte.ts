import { CLOSE } from '#domain/sync.ts';

/**
 * How the document is connected.
 * connecting: first attempt, or a short interruption; live: changes travel; offline: they wait here;
 * refused: the server did not take a change; ended: the server does not want another attempt.
 */
export type ConnectionState = 'connecting' | 'live' | 'offline' | 'refused' | 'ended';

/**
 * Why the server closed for good.
 * sign-in: no session; read-only: no right (any more) to write here; removed: no member of the workspace any more;
 * client-id: written under an id that belongs to another author; change: what was written is not acceptable as it is;
 * gone: no such document, or it may not be known; outdated: this page is older than the server; restored: the document
 * was restored from a backup, and this is from before.
 */
export type RefusalReason =
  'sign-in' | 'read-only' | 'removed' | 'client-id' | 'change' | 'gone' | 'outdated' | 'restored';
export type Refusal = { code: number; reason: RefusalReason };

/**
 * Whether what is typed without network survives closing the tab: unknown until the browser has said, and `writing`
 * until it has kept the last of it.
 */
export type StorageState = 'unknown' | 'writing' | 'kept' | 'unavailable' | 'full';

/** The connection as components see it. Written by DocumentSync only. */
export class Connection {
  state = $state.raw<ConnectionState>('connecting');
  canWrite = $state.raw(false);
  /** The right to write ended while the plan was open; nothing was refused. */
  lostRight = $state.raw(false);
  /** Places changed here that the server has not confirmed. */
  waiting = $state.raw(0);
  /** When the server last confirmed that nothing is waiting. */
  savedAt = $state.raw<Date | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  storage = $state.raw<StorageState>('unknown');
  /** Something of theirs is not in the plan, and waiting does not help. */
  readonly stuck = $derived(
    this.waiting > 0 &&
      this.refusal !== null &&
      ['client-id', 'change', 'read-only', 'removed', 'gone'].includes(this.refusal.reason),
  );
  /** Changes are on their way to the server. */
  readonly saving = $derived(this.waiting > 0 && (this.state === 'live' || this.state === 'connecting'));

  constructor(canWrite: boolean) {
    this.canWrite = canWrite;
  }
}

/** What a permanent close means. */
export function refusalOf(code: number, reason: string): Refusal {
  if (code === CLOSE.noSession) return { code, reason: 'sign-in' };
  if (code === CLOSE.forbidden) {
    if (reason === 'member') return { code, reason: 'removed' };
    return { code, reason: reason === 'client-id' || reason === 'server-only' ? 'client-id' : 'read-only' };
  }
  if (code === CLOSE.noDocument) return { code, reason: 'gone' };
  if (code === CLOSE.outdated) return { code, reason: reason === 'epoch' ? 'restored' : 'outdated' };
  return { code, reason: 'change' };
}

/** Whether what is written from now on can still reach the server: after signing in, or with a newer page. */
export function keepsWriting({ reason }: Refusal): boolean {
  return reason === 'sign-in' || reason === 'outdated';
}
