import type { Awareness } from 'y-protocols/awareness';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { AuthorsMessage } from '#domain/authorship.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import { BeforeRestore, hasOwn, type Lost } from './before-restore.ts';
import { keepsWriting, refusalOf, type Connection } from './connection.svelte.ts';
import { SYNC_STEP_2, SYNC_UPDATE } from './counting-socket.ts';
import { LocalCopy } from './local-copy.ts';
import type { KeptBefore } from './offline-store.ts';
import { Pending } from './pending.ts';
import { createProvider, type ProviderEvents, type Transport } from './provider.ts';
import { sendAnew } from './send-anew.ts';

/** A connection that was cut this long counts as lost; shorter ones are not worth a word. */
const OFFLINE_AFTER_MS = 2000;
/** How long a page that is being left waits for the server to confirm what is under way. */
const LINGER_MS = 5000;
/**
 * What became of a refused change that was to be written anew. failed: the server did not take it; inserted: the plan has
 * it; copy-stays: the plan has it, and so has this browser still, as something to send.
 */
export type InsertedAnew = 'failed' | 'inserted' | 'copy-stays';
/** Origin of what is put back. No step for undo, which would delete items for good. */
const PUTTING_BACK = {};

export type DocumentSyncOptions = {
  documentId: string;
  epoch: string;
  personId: string;
  doc: Y.Doc;
  awareness: Awareness;
  connection: Connection;
  transport: Transport;
  title: () => string;
  /** The document is there to be shown. */
  onReady: () => void;
  /**
   * The document was restored, and this browser holds what it lacks: here is what was written in it. Null: no more.
   */
  onLost: (lost: Lost | null) => void;
  /** The document has been restored; what is here is set aside. The page has to ask for the document anew. */
  onRestored: () => void;
  onAuthors: (message: AuthorsMessage) => void;
};

/**
 * Brings one document from the browser's store and from the server, and what is written here to both. Says in
 * `connection` what is going on, and claims nothing to be saved before the server has said so.
 */
export class DocumentSync {
  readonly #options: DocumentSyncOptions;
  readonly #pending = new Pending();
  readonly #copy: LocalCopy;
  readonly #provider: WebsocketProvider;
  /** Whether the person has been told what was lost by a restore. */
  #told = false;
  /** Whether something of the person's from before a restore waits for them. */
  #offers = false;
  /** Whether this connection has sent all that the server lacked: from then on every change follows in order. */
  #caughtUp = false;
  /** What the server said last about the right to write, until it is taken over. */
  #right: boolean | null = null;
  #offlineTimer: ReturnType<typeof setTimeout> | undefined;
  #lingerTimer: ReturnType<typeof setTimeout> | undefined;
  /** The document with what was refused written anew, as the server has it. */
  #anew: Uint8Array | null = null;
  #stopping = false;
  #closed = false;

  constructor(options: DocumentSyncOptions) {
    this.#options = options;
    const { doc, documentId, epoch, personId, connection } = options;
    this.#copy = new LocalCopy({
      personId,
      documentId,
      epoch,
      doc,
      pending: this.#pending,
      title: options.title,
      onStorage: (state) => (connection.storage = state),
    });
    this.#provider = createProvider(documentId, epoch, doc, options.awareness, options.transport, this.#events());
  }

  /** Opens the browser's copy, then the connection. */
  async start(): Promise<void> {
    const { doc, connection } = this.#options;
    doc.on('afterTransaction', this.#onTransaction);
    addEventListener('online', this.#onNetwork);
    addEventListener('offline', this.#onNetwork);
    addEventListener('beforeunload', this.#onUnload);
    await this.#copy.open();
    if (this.#closed) return;
    connection.waiting = this.#pending.size;
    this.#soonOffline();
    this.#provider.connect();
  }

  /** Lets go of the document, as soon as the server has confirmed what is under way. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    removeEventListener('online', this.#onNetwork);
    removeEventListener('offline', this.#onNetwork);
    this.#letGo();
    clearTimeout(this.#offlineTimer);
    if (this.#pending.size === 0 || this.#options.connection.state !== 'live') this.#close();
    else this.#lingerTimer = setTimeout(() => this.#close(), LINGER_MS);
  }

  /**
   * Writes what was refused anew, under a fresh client id, and keeps the result in the browser's store instead of what
   * was refused. Once inserted, the page has to be loaded again. Nothing is written a second time.
   */
  async insertAnew(): Promise<InsertedAnew> {
    const { documentId, epoch, doc, transport } = this.#options;
    this.#anew ??= await sendAnew(documentId, epoch, doc, Object.keys(PLAN_ROOTS), transport);
    if (!this.#anew) return 'failed';
    this.#letGo();
    return (await this.#copy.replace(this.#anew)) ? 'inserted' : 'copy-stays';
  }

  /**
   * Forgets this browser's copy, with what the server did not take. The page has to be loaded again. False: the browser
   * did not forget it.
   */
  async discard(): Promise<boolean> {
    const forgotten = await this.#copy.replace(null);
    if (forgotten) this.#letGo();
    return forgotten;
  }

  /**
   * Writes anew what was written here before the document was restored and has a place in it, unless another tab has.
   */
  async putBack(): Promise<void> {
    const kept = await this.#copy.findBefore();
    if (kept && !kept.putBack) {
      const before = new BeforeRestore(kept);
      before.putBack(this.#options.doc, PUTTING_BACK);
      before.destroy();
    }
    await this.#tellLost(kept && { ...kept, putBack: true });
  }

  /** Forgets what was written here before the document was restored. */
  async forgetLost(): Promise<void> {
    await this.#copy.forgetBefore();
    this.#options.onLost(null);
  }

  /** Places ('actions/<id>/title') whose change the server has not confirmed. */
  unsentPlaces(): string[] {
    return this.#pending.places;
  }

  #events(): ProviderEvents {
    return {
      opened: () => (this.#caughtUp = false),
      allowed: () => this.#options.connection.canWrite,
      sent: (frame, kind) => this.#sent(frame, kind),
      synced: () => this.#live(),
      lost: () => this.#lost(),
      ended: (code, reason) => this.#ended(code, reason),
      saved: (frames) => this.#saved(frames),
      authors: this.#options.onAuthors,
      notice: (canWrite) => this.#noticed(canWrite),
    };
  }

  readonly #onTransaction = (transaction: Y.Transaction) => {
    if (transaction.origin === this.#provider || transaction.origin === this.#copy) {
      // Yjs tidies formatting after changes of others, in every browser, by changes of its own. Whoever only watches
      // must not write, and the server must not get the same tidying from everybody.
      transaction._needFormattingCleanup = false;
      return;
    }
    if (transaction.changed.size === 0 || !this.#options.connection.canWrite) return;
    this.#pending.note(transaction);
    this.#count();
  };

  #sent(frame: number, kind: number): void {
    if (kind === SYNC_STEP_2) this.#caughtUp = true;
    // A change that leaves before the server has what came before it proves nothing about the earlier ones.
    if (kind === SYNC_STEP_2 || (kind === SYNC_UPDATE && this.#caughtUp)) this.#pending.sent(frame);
  }

  #saved(frames: number): void {
    if (!this.#pending.confirmed(frames) && this.#pending.size > 0) return;
    this.#count();
    if (this.#pending.size > 0) return;
    this.#takeRight();
    this.#options.connection.savedAt = new Date();
    this.#copy.settled();
    if (this.#stopping) this.#close();
  }

  #noticed(canWrite: boolean): void {
    this.#right = canWrite;
    this.#takeRight();
  }

  /**
   * Not while something is under way: what is kept back for want of a right would wait for ever without a word. Sent,
   * it is saved, or refused and shown.
   */
  #takeRight(): void {
    const { connection } = this.#options;
    if (this.#right === null || this.#pending.size > 0) return;
    connection.lostRight = connection.canWrite ? !this.#right : connection.lostRight && !this.#right;
    connection.canWrite = this.#right;
    this.#right = null;
  }

  #live(): void {
    clearTimeout(this.#offlineTimer);
    this.#offlineTimer = undefined;
    this.#options.connection.state = 'live';
    this.#options.onReady();
    if (this.#told) return;
    this.#told = true;
    void this.#tellLost(this.#copy.before);
  }

  async #tellLost(kept: KeptBefore | null): Promise<void> {
    const { doc, onLost } = this.#options;
    if (!kept) return onLost(null);
    const before = new BeforeRestore(kept);
    const lost = before.lost(doc);
    const places = [...lost.texts.map(({ place }) => place), ...lost.values];
    const worthTelling = hasOwn(lost) || (!kept.putBack && before.isAheadOf(doc));
    before.destroy();
    this.#offers = hasOwn(lost);
    if (!worthTelling) return this.forgetLost();
    onLost(lost);
    await this.#copy.markBefore(places, kept.putBack);
  }

  #lost(): void {
    this.#pending.connectionLost();
    const { connection } = this.#options;
    if (this.#stopping) return this.#close();
    if (connection.state === 'live') connection.state = 'connecting';
    this.#soonOffline();
  }

  /** An interruption is said after a moment; until then it may be over. */
  #soonOffline(): void {
    if (this.#options.connection.state !== 'connecting') return;
    this.#offlineTimer ??= setTimeout(() => this.#offline(), navigator.onLine === false ? 0 : OFFLINE_AFTER_MS);
  }

  #offline(): void {
    this.#offlineTimer = undefined;
    const { connection, doc, onReady } = this.#options;
    if (connection.state !== 'connecting') return;
    connection.state = 'offline';
    // The browser's copy is all there is; it may be shown if it holds a plan.
    if (doc.getMap('meta').has('title')) onReady();
  }

  #ended(code: number, reason: string): void {
    clearTimeout(this.#offlineTimer);
    this.#offlineTimer = undefined;
    const { connection } = this.#options;
    const refusal = refusalOf(code, reason);
    connection.refusal = refusal;
    connection.canWrite &&= keepsWriting(refusal);
    connection.state = refusal.reason === 'change' || refusal.reason === 'client-id' ? 'refused' : 'ended';
    if (refusal.reason !== 'restored') return;
    void this.#copy.setAside();
    this.#offers = true;
    this.#options.onRestored();
  }

  /** The browser says that the network came or went: find out at once instead of at the next attempt. */
  readonly #onNetwork = () => {
    const provider = this.#provider;
    if (!provider.shouldConnect) return;
    if (!navigator.onLine) provider.disconnect();
    provider.connect();
  };

  readonly #onUnload = (event: BeforeUnloadEvent) => {
    const { connection } = this.#options;
    const unsafe = connection.waiting > 0 && connection.storage !== 'kept';
    if (unsafe || (this.#offers && this.#copy.keepsInPageOnly)) event.preventDefault();
  };

  /** Whoever leaves the page is not asked any more. */
  #letGo(): void {
    removeEventListener('beforeunload', this.#onUnload);
  }

  #count(): void {
    this.#options.connection.waiting = this.#pending.size;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#lingerTimer);
    this.#options.doc.off('afterTransaction', this.#onTransaction);
    this.#provider.destroy();
    this.#copy.close();
    this.#options.awareness.destroy();
    this.#options.doc.destroy();
  }
}
