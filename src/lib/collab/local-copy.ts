import * as Y from 'yjs';
import type { StorageState } from './connection.svelte.ts';
import { openStore, type DocumentEpoch, type KeptBefore, type OfflineStore, type WaitingRow } from './offline-store.ts';
import type { Pending } from './pending.ts';

/** A browser that does not answer (Safari has done that) must not keep the plan from opening. */
const OPEN_TIMEOUT_MS = 3000;
/** What others write is on the server already: it may reach this browser's store a little later. */
const OTHERS_DELAY_MS = 2000;
const COMPACT_EVERY = 500;

export type LocalCopyOptions = {
  personId: string;
  documentId: string;
  epoch: string;
  doc: Y.Doc;
  pending: Pending;
  /** The plan's title, for the person who signs out with something unsent. */
  title: () => string;
  onStorage: (state: StorageState) => void;
};

/** What a browser that keeps nothing had of a plan when it was restored, by person and document: as long as the page lives. */
const carried = new Map<string, KeptBefore>();

/**
 * Keeps a plan in this browser: what was written without network is there again when the plan is next opened.
 * Failures are told to `onStorage` and never thrown; the plan works without.
 */
export class LocalCopy {
  readonly #options: LocalCopyOptions;
  readonly #key: DocumentEpoch;
  readonly #tab: string;
  #before: KeptBefore | null = null;
  #store: OfflineStore | null = null;
  /** What other tabs or earlier visits left waiting; this tab sends it along. */
  #inherited: WaitingRow[] = [];
  #written: WaitingRow | null = null;
  #others: Uint8Array[] = [];
  #othersTimer: ReturnType<typeof setTimeout> | undefined;
  #rows = 0;
  /** Writes that the browser has not confirmed. */
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;
  /** A write failed: until one that brings everything has ended well, each has to. */
  #incomplete = false;
  #failures = 0;
  /** What is here was put in anew or thrown away: none of it is kept any more. */
  #replaced = false;

  constructor(options: LocalCopyOptions) {
    this.#options = options;
    this.#key = { document: options.documentId, epoch: options.epoch };
    this.#tab = String(options.doc.clientID);
  }

  /** Brings what is kept into the document and follows it from then on. Transactions have this object as origin. */
  async open(): Promise<void> {
    const { personId, doc, pending, onStorage } = this.#options;
    this.#before = carried.get(this.#carriedKey) ?? null;
    try {
      const store = await within(OPEN_TIMEOUT_MS, openStore(personId));
      await this.#compact(store);
      const { updates, waiting, before } = await store.load(this.#key);
      // The plan was left before its copy was there.
      if (this.#closed) return store.close();
      this.#store = store;
      this.#before = joined(before, this.#before);
      this.#inherited = waiting;
      pending.restore(waiting.flatMap((row) => row.places));
      doc.transact(() => {
        for (const update of updates) Y.applyUpdate(doc, update, this);
      }, this);
      doc.on('update', this.#onUpdate);
      onStorage('kept');
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Nothing waits any more: the server has it all. */
  settled(): void {
    const rows = this.#written ? [...this.#inherited, this.#written] : this.#inherited;
    if (rows.length === 0 || !this.#store) return;
    this.#inherited = [];
    this.#written = null;
    this.#store.settle(rows).catch((error: unknown) => this.#failed(error));
  }

  /** What is kept from before the plan was restored from a backup; null: nothing. */
  get before(): KeptBefore | null {
    return this.#before;
  }

  /** Whether something from before the restore is kept by this page alone, and goes with it. */
  get keepsInPageOnly(): boolean {
    return carried.has(this.#carriedKey);
  }

  /**
   * The plan was restored: what is here now is from before. The page that opens it anew finds it: in the browser, or in
   * this page as long as the browser has not kept it all.
   */
  async setAside(): Promise<void> {
    const { doc } = this.#options;
    this.#write(undefined);
    if (this.#keepsAll) return;
    const earlier = carried.get(this.#carriedKey) ?? null;
    const here = { updates: [Y.encodeStateAsUpdate(doc)], clients: [doc.clientID], putBack: false };
    const all = joined(earlier, here);
    carry(this.#carriedKey, all);
    const store = this.#store;
    await Promise.all(this.#underWay);
    if (store && !this.#incomplete && carried.get(this.#carriedKey) === all) carry(this.#carriedKey, earlier);
  }

  /** What is kept from before as it is now: another tab may have put it back or forgotten it. */
  async findBefore(): Promise<KeptBefore | null> {
    if (!this.#store) return this.#before;
    try {
      const { before } = await this.#store.load(this.#key);
      this.#before = joined(before, carried.get(this.#carriedKey) ?? null);
    } catch (error) {
      this.#failed(error);
    }
    return this.#before;
  }

  /** Notes what of it waits for the person, so that signing out asks about it; `putBack`: the rest is in the plan again. */
  async markBefore(places: string[], putBack: boolean): Promise<void> {
    const inPage = carried.get(this.#carriedKey);
    if (inPage) carried.set(this.#carriedKey, { ...inPage, putBack });
    await this.#store?.markBefore(this.#key, places, putBack).catch((error: unknown) => this.#failed(error));
  }

  /** Forgets what is kept from before. */
  async forgetBefore(): Promise<void> {
    this.#before = null;
    carried.delete(this.#carriedKey);
    await this.#store?.forgetBefore(this.#key).catch((error: unknown) => this.#failed(error));
  }

  /**
   * Keeps this state instead of everything before; null: keeps nothing of this plan. Of what is here nothing is written
   * from then on. False: the browser did not let go of what was there.
   */
  async replace(state: Uint8Array | null): Promise<boolean> {
    this.#replaced = true;
    this.#options.doc.off('update', this.#onUpdate);
    clearTimeout(this.#othersTimer);
    this.#others = [];
    if (!this.#store) return true;
    try {
      await this.#store.replace(this.#key, state);
      return true;
    } catch (error) {
      this.#failed(error);
      return this.#forget();
    }
  }

  close(): void {
    this.#closed = true;
    this.#options.doc.off('update', this.#onUpdate);
    this.#write(undefined);
    this.#store?.close();
    this.#store = null;
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (origin === this) return;
    if (transaction.local) return this.#write(update);
    this.#others.push(update);
    this.#othersTimer ??= setTimeout(() => this.#write(undefined), OTHERS_DELAY_MS);
  };

  #write(update: Uint8Array | undefined): void {
    clearTimeout(this.#othersTimer);
    this.#othersTimer = undefined;
    const updates = update ? [...this.#others, update] : this.#others;
    this.#others = [];
    const whole = this.#incomplete;
    if ((updates.length === 0 && !whole) || !this.#store || this.#replaced) return;
    const { doc, onStorage } = this.#options;
    const bytes = whole ? Y.encodeStateAsUpdate(doc) : Y.mergeUpdates(updates);
    // What failed before is told until it is mended.
    if (!whole) onStorage('writing');
    const write = this.#add(this.#store, bytes, whole);
    this.#underWay.add(write);
    void write.finally(() => {
      this.#underWay.delete(write);
      if (this.#keepsAll) onStorage('kept');
    });
  }

  async #add(store: OfflineStore, bytes: Uint8Array, whole: boolean): Promise<void> {
    const failures = this.#failures;
    try {
      await store.add(this.#key, bytes, this.#waitingRow(whole));
    } catch (error) {
      return this.#failed(error);
    }
    if (whole && this.#failures === failures) this.#incomplete = false;
    this.#rows += 1;
    if (this.#rows % COMPACT_EVERY === 0) void this.#compact(store);
  }

  /** Many rows that could not be put together are kept all the same. */
  async #compact(store: OfflineStore): Promise<void> {
    await store.compact(this.#key).catch(() => {});
  }

  /** Keeps nothing of this plan: that takes no space, and a database opened anew works where one was lost. */
  async #forget(): Promise<boolean> {
    try {
      const store = await within(OPEN_TIMEOUT_MS, openStore(this.#options.personId));
      await store.replace(this.#key, null).finally(() => store.close());
      return true;
    } catch {
      return false;
    }
  }

  /** What waits now, when that is something else than what was written last; `anew`: in any case, for that failed. */
  #waitingRow(anew: boolean): WaitingRow | undefined {
    const { pending, title } = this.#options;
    const places = pending.places;
    if (places.length === 0 || (!anew && String(places) === String(this.#written?.places))) return undefined;
    this.#written = { ...this.#key, tab: this.#tab, title: title(), places };
    return this.#written;
  }

  /** Whether the browser has confirmed everything that is here. */
  get #keepsAll(): boolean {
    return this.#store !== null && !this.#incomplete && this.#underWay.size === 0;
  }

  get #carriedKey(): string {
    return `${this.#options.personId} ${this.#options.documentId}`;
  }

  #failed(error: unknown): void {
    this.#incomplete = true;
    this.#failures += 1;
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    this.#options.onStorage(full ? 'full' : 'unavailable');
  }
}

function carry(key: string, kept: KeptBefore | null): void {
  if (kept) carried.set(key, kept);
  else carried.delete(key);
}

function joined(a: KeptBefore | null, b: KeptBefore | null): KeptBefore | null {
  if (!a || !b) return a ?? b;
  return {
    updates: [...a.updates, ...b.updates],
    clients: [...a.clients, ...b.clients],
    putBack: a.putBack && b.putBack,
  };
}

function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The browser does not answer')), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
