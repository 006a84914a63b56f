import { createContext } from 'svelte';
import { Awareness } from 'y-protocols/awareness';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { MemberView } from '#domain/people.ts';
import type { PlanView } from '#domain/plan/read.ts';
import { Authors } from './authors.svelte.ts';
import { Connection, refusalOf } from './connection.svelte.ts';
import { SYNC_STEP_2, SYNC_UPDATE } from './counting-socket.ts';
import { History } from './history.svelte.ts';
import { Pending } from './pending.ts';
import { PlanStore } from './plan-store.svelte.ts';
import { Presence, type Focus } from './presence.svelte.ts';
import { createProvider, pageTransport, type Transport } from './provider.ts';

export type PlanSessionOptions = {
  documentId: string;
  me: MemberView;
  members: MemberView[];
  initial: PlanView;
  canWrite: boolean;
};

/** A connection that was cut this long counts as lost; shorter ones are not worth a word. */
const OFFLINE_AFTER_MS = 2000;

/**
 * One person at one plan in one tab: the shared document, its connection, who else is there, what is saved, and the
 * reactive views of it all. Made while rendering (on the server too); comes to life with `start()` in the browser.
 */
export class PlanSession {
  readonly documentId: string;
  readonly me: MemberView;
  readonly members: MemberView[];
  readonly doc = new Y.Doc();
  /** Marks changes made here: the last argument of every command of #domain/plan/edit.ts. */
  readonly origin = {};
  readonly view: PlanStore;
  readonly connection: Connection;
  readonly presence: Presence;
  readonly authors = new Authors();
  readonly history: History;
  readonly #pending = new Pending();
  #awareness: Awareness | null = null;
  #provider: WebsocketProvider | null = null;
  #cleanUp: (() => void)[] = [];
  #disconnectView: (() => void) | null = null;
  #offlineTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether this connection has sent all that the server lacked: from then on every change follows in order. */
  #caughtUp = false;

  constructor(options: PlanSessionOptions) {
    this.documentId = options.documentId;
    this.me = options.me;
    this.members = options.members;
    this.view = new PlanStore(options.initial);
    this.connection = new Connection(options.canWrite);
    this.presence = new Presence(options.me);
    this.history = new History(this.doc, this.origin);
  }

  /** Made on first use: it keeps a timer, which a page rendered on the server must not start. */
  get awareness(): Awareness {
    this.#awareness ??= new Awareness(this.doc);
    return this.#awareness;
  }

  /** Whether the person can change the plan now. */
  get editable(): boolean {
    return this.view.ready && this.connection.canWrite;
  }

  /** Connects. Browser only; once. */
  start(transport: Transport = pageTransport()): void {
    if (this.#provider) return;
    this.authors.restore();
    this.awareness.setLocalState({ focus: null, selection: null });
    this.#cleanUp.push(this.presence.follow(this.awareness));
    const provider = createProvider(this.documentId, this.doc, this.awareness, transport, {
      opened: () => {
        this.#caughtUp = false;
      },
      allowed: () => this.connection.canWrite,
      sent: (frame, kind) => this.#sent(frame, kind),
      synced: () => this.#live(),
      lost: () => this.#lost(),
      ended: (code, reason) => this.#ended(code, reason),
      saved: (frames) => {
        if (this.#pending.confirmed(frames)) this.#count();
        if (this.#pending.size === 0) this.connection.savedAt = new Date();
      },
      authors: (message) => this.authors.add(message),
      notice: () => {},
      refused: () => {},
    });
    this.#provider = provider;
    const onTransaction = (transaction: Y.Transaction) => {
      if (transaction.origin !== provider && transaction.changed.size > 0) this.#changed(transaction);
    };
    this.doc.on('afterTransaction', onTransaction);
    this.#cleanUp.push(() => this.doc.off('afterTransaction', onTransaction));
    provider.connect();
  }

  /** Leaves. What is not sent yet stays in the browser's store. */
  stop(): void {
    clearTimeout(this.#offlineTimer);
    for (const cleanUp of this.#cleanUp.splice(0)) cleanUp();
    this.#disconnectView?.();
    this.#provider?.destroy();
    this.#awareness?.destroy();
    this.history.manager.destroy();
    this.doc.destroy();
  }

  /** Tells the others which field I am in; null: in none. */
  focus(focus: Focus | null): void {
    const before = this.awareness.getLocalState()?.focus as Focus | null | undefined;
    if (before?.item === focus?.item && before?.field === focus?.field) return;
    this.history.newStep();
    this.awareness.setLocalState({ focus, selection: null });
  }

  #changed(transaction: Y.Transaction): void {
    if (!this.connection.canWrite) return;
    this.#pending.note(transaction);
    this.#count();
  }

  #sent(frame: number, kind: number): void {
    if (kind === SYNC_STEP_2) this.#caughtUp = true;
    // A change that leaves before the server has what came before it proves nothing about the earlier ones.
    if (kind === SYNC_STEP_2 || (kind === SYNC_UPDATE && this.#caughtUp)) this.#pending.sent(frame);
  }

  #live(): void {
    clearTimeout(this.#offlineTimer);
    this.connection.state = 'live';
    this.connection.refusal = null;
    this.#disconnectView ??= this.view.connect(this.doc);
  }

  #lost(): void {
    this.#pending.connectionLost();
    const { connection } = this;
    if (connection.state === 'live') connection.state = 'connecting';
    clearTimeout(this.#offlineTimer);
    if (connection.state !== 'connecting') return;
    this.#offlineTimer = setTimeout(() => {
      if (connection.state === 'connecting') connection.state = 'offline';
    }, OFFLINE_AFTER_MS);
  }

  #ended(code: number, reason: string): void {
    clearTimeout(this.#offlineTimer);
    const refusal = refusalOf(code, reason);
    this.connection.refusal = refusal;
    this.connection.state = code === 4400 || code === 4403 ? 'refused' : 'ended';
    this.connection.canWrite = false;
  }

  #count(): void {
    this.connection.waiting = this.#pending.size;
  }
}

/** The session of the plan that is open: set by the plan's layout, read anywhere below it. */
export const [getPlanSession, setPlanSession] = createContext<PlanSession>();
