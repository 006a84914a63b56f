import * as Y from 'yjs';

// What a person's browser keeps of the plans they opened: one database a person, so that nobody else at the same
// computer sees it and signing out can take it away whole. Two stores: the documents' updates, and what waits to be
// sent. Every function rejects with the browser's own error; LocalCopy says it in words.

const UPDATES = 'updates';
const WAITING = 'waiting';
/** So many rows are worth putting together. */
const COMPACT_FROM = 100;

type UpdateRow = { document: string; update: Uint8Array };
/** Places that one tab changed and the server has not confirmed. `title` names the document to people. */
export type WaitingRow = { document: string; tab: string; title: string; places: string[] };

export type StoredDocument = { updates: Uint8Array[]; waiting: WaitingRow[] };

const databaseName = (personId: string) => `kopplans:${personId}`;

export async function openStore(personId: string): Promise<OfflineStore> {
  const request = indexedDB.open(databaseName(personId), 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(UPDATES, { autoIncrement: true }).createIndex('document', 'document');
    request.result.createObjectStore(WAITING, { keyPath: ['document', 'tab'] }).createIndex('document', 'document');
  };
  return new OfflineStore(await done(request));
}

/** Takes everything away that this browser keeps for a person. Tabs that still have it open let go by themselves. */
export async function deleteStore(personId: string): Promise<void> {
  await done(indexedDB.deleteDatabase(databaseName(personId)));
}

export class OfflineStore {
  readonly #db: IDBDatabase;

  constructor(db: IDBDatabase) {
    this.#db = db;
    // Another tab signs out: a database that is open somewhere cannot be deleted.
    db.onversionchange = () => db.close();
  }

  async load(document: string): Promise<StoredDocument> {
    const transaction = this.#db.transaction([UPDATES, WAITING]);
    const [rows, waiting] = await Promise.all([
      done<UpdateRow[]>(transaction.objectStore(UPDATES).index('document').getAll(document)),
      done<WaitingRow[]>(transaction.objectStore(WAITING).index('document').getAll(document)),
    ]);
    return { updates: rows.map((row) => row.update), waiting };
  }

  /** Adds an update, together with what now waits (undefined: as before), in one transaction. */
  async add(document: string, update: Uint8Array, waiting?: WaitingRow): Promise<void> {
    const transaction = this.#db.transaction([UPDATES, WAITING], 'readwrite');
    transaction.objectStore(UPDATES).add({ document, update } satisfies UpdateRow);
    if (waiting) transaction.objectStore(WAITING).put(waiting);
    await finished(transaction);
  }

  /** Forgets what waited, where nobody changed it since it was read. */
  async settle(rows: readonly WaitingRow[]): Promise<void> {
    const transaction = this.#db.transaction(WAITING, 'readwrite');
    const store = transaction.objectStore(WAITING);
    for (const row of rows) {
      const request = store.get([row.document, row.tab]) as IDBRequest<WaitingRow | undefined>;
      request.onsuccess = () => {
        if (request.result && String(request.result.places) === String(row.places)) {
          store.delete([row.document, row.tab]);
        }
      };
    }
    await finished(transaction);
  }

  /** Everything that waits, in all documents. */
  waiting(): Promise<WaitingRow[]> {
    return done<WaitingRow[]>(this.#db.transaction(WAITING).objectStore(WAITING).getAll());
  }

  /** Puts a document's rows together when there are many, also those that another tab just wrote. */
  async compact(document: string): Promise<void> {
    const transaction = this.#db.transaction(UPDATES, 'readwrite');
    const store = transaction.objectStore(UPDATES);
    const count = store.index('document').count(document);
    count.onsuccess = () => {
      if (count.result < COMPACT_FROM) return;
      const rows = store.index('document').getAll(document) as IDBRequest<UpdateRow[]>;
      rows.onsuccess = () => replace(store, document, merged(rows.result));
    };
    await finished(transaction);
  }

  /** Puts `state` in the place of everything that is kept of a document; nothing waits any more. Null: keeps nothing. */
  async replace(document: string, state: Uint8Array | null): Promise<void> {
    const transaction = this.#db.transaction([UPDATES, WAITING], 'readwrite');
    replace(transaction.objectStore(UPDATES), document, state);
    deleteAll(transaction.objectStore(WAITING), document);
    await finished(transaction);
  }

  close(): void {
    this.#db.close();
  }
}

function replace(store: IDBObjectStore, document: string, state: Uint8Array | null): void {
  deleteAll(store, document, () => {
    if (state) store.add({ document, update: state } satisfies UpdateRow);
  });
}

function deleteAll(store: IDBObjectStore, document: string, then?: () => void): void {
  const keys = store.index('document').getAllKeys(document);
  keys.onsuccess = () => {
    for (const key of keys.result) store.delete(key);
    then?.();
  };
}

function merged(rows: UpdateRow[]): Uint8Array {
  const doc = new Y.Doc();
  doc.transact((transaction) => {
    for (const row of rows) Y.applyUpdate(doc, row.update);
    transaction.local = true;
  });
  const state = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return state;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser gave no reason'));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('The browser gave no reason'));
    transaction.onerror = () => reject(transaction.error ?? new Error('The browser gave no reason'));
  });
}
