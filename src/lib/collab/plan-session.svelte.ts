import { createContext, untrack } from 'svelte';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { Thresholds } from '#domain/authorship.ts';
import type { MemberView } from '#domain/people.ts';
import type { PlanView } from '#domain/plan/read.ts';
import { Authors } from './authors.svelte.ts';
import type { Lost } from './before-restore.ts';
import { Connection } from './connection.svelte.ts';
import { DocumentSync, type InsertedAnew } from './document-sync.ts';
import { History } from './history.svelte.ts';
import { PlanStore } from './plan-store.svelte.ts';
import { Presence, type Focus } from './presence.svelte.ts';
import { pageTransport, type Transport } from './provider.ts';
import { unsentText, type UnsentText } from './unsent-text.ts';

export type PlanSessionOptions = {
  documentId: string;
  /** Of the document, as the server told it with the page. */
  epoch: string;
  me: MemberView;
  members: MemberView[];
  initial: PlanView;
  thresholds: Thresholds;
  canWrite: boolean;
};

export type StartOptions = {
  transport?: Transport;
  /** The plan was restored from a backup: load it anew, into a new session. What is here is kept aside. */
  onRestored?: () => void;
};

const NOWHERE = { focus: null, selection: null };

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
  readonly authors: Authors;
  readonly history: History;
  /** Of what was written here before the plan was restored from a backup, what is not in it; null: nothing to tell. */
  lost = $state.raw<Lost | null>(null);
  readonly #epoch: string;
  #awareness: Awareness | null = null;
  #sync: DocumentSync | null = null;
  #stopped = $state.raw(false);
  #cleanUp: (() => void)[] = [];

  constructor(options: PlanSessionOptions) {
    this.documentId = options.documentId;
    this.#epoch = options.epoch;
    this.me = options.me;
    this.members = options.members;
    this.view = new PlanStore(options.initial);
    this.connection = new Connection(options.canWrite);
    this.presence = new Presence(options.me);
    this.authors = new Authors(options.thresholds);
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

  /** Whether the plan has been left: nothing is written any more. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Connects. Browser only; once. */
  start(options: StartOptions = {}): void {
    // An effect that starts the session must not run again when what the session shows changes.
    untrack(() => this.#start(options));
  }

  /** Leaves. What the server has not confirmed stays in the browser's store. */
  stop(): void {
    untrack(() => {
      for (const cleanUp of this.#cleanUp.splice(0)) cleanUp();
      this.focus(null);
      this.#sync?.stop();
      this.#stopped = true;
      this.history.manager.destroy();
    });
  }

  /** Tells the others which field I am in; null: in none. A new place is a new step for undo. */
  focus(focus: Focus | null): void {
    if (!this.#sync || this.#stopped) return;
    const before = this.awareness.getLocalState()?.focus as Focus | null | undefined;
    const stays = before?.item === focus?.item && before?.field === focus?.field;
    if (stays && before?.draft === focus?.draft) return;
    if (!stays) this.history.newStep();
    this.awareness.setLocalState({ ...NOWHERE, focus });
  }

  /** What the server has not confirmed, as text: to be copied when it was refused. */
  unsentText(): UnsentText[] {
    return unsentText(this.doc, this.#sync?.unsentPlaces() ?? []);
  }

  /** Writes what was refused anew, as fresh edits. Once it is inserted, load the page again. */
  insertAnew(): Promise<InsertedAnew> {
    return this.#sync?.insertAnew() ?? Promise.resolve('failed');
  }

  /** Forgets what was refused, and this browser's copy. True: load the page again; false: the browser kept it. */
  discard(): Promise<boolean> {
    return this.#sync?.discard() ?? Promise.resolve(false);
  }

  /** Puts what is lost back, as fresh edits. What has no place any more is still shown in `lost`. */
  async putBack(): Promise<void> {
    await this.#sync?.putBack();
  }

  /** Forgets what is lost. */
  async forgetLost(): Promise<void> {
    await this.#sync?.forgetLost();
  }

  #start({ transport = pageTransport(), onRestored = () => {} }: StartOptions): void {
    if (this.#sync) return;
    this.authors.restore();
    this.awareness.setLocalState(NOWHERE);
    let shown = false;
    this.#sync = new DocumentSync({
      documentId: this.documentId,
      epoch: this.#epoch,
      personId: this.me.id,
      doc: this.doc,
      awareness: this.awareness,
      connection: this.connection,
      transport,
      title: () => this.view.title,
      onReady: () => {
        if (!shown) this.#cleanUp.push(this.view.connect(this.doc));
        shown = true;
      },
      onAuthors: (message) => this.authors.add(message),
      onLost: (lost) => (this.lost = lost),
      onRestored,
    });
    const leave = () => this.focus(null);
    addEventListener('pagehide', leave);
    this.#cleanUp.push(this.presence.follow(this.awareness), () => removeEventListener('pagehide', leave));
    void this.#sync.start();
  }
}

/** The session of the plan that is open: set by the plan's layout, read anywhere below it. */
export const [getPlanSession, setPlanSession] = createContext<PlanSession>();
