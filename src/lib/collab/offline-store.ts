import * as Y from 'yjs';
import { FIRST_EPOCH } from '#domain/sync.ts';

// What a person's browser keeps of the plans they opened: one database a person, so that nobody else at the same
// computer sees it and signing out can take it away whole. Two stores: the documents' updates, and what waits to be
// sent. Every function rejects with the browser's own error; LocalCopy says it in words.

const UPDATES = 'updates';
const WAITING = 'waiting';
/** So many rows are worth putting together. */
const COMPACT_FROM = 100;

/**
 * A document in one of its epochs. What is kept from another one, from before the document was restored from a backup,
 * stays apart: nothing may bring it back by itself.
 */
export type DocumentEpoch = { document: string; epoch: string };

/** Rows from before there were epochs say none. */
type Row = { document: string; epoch?: string };
type UpdateRow = Row & { update: Uint8Array };
/**
 * Places that one tab changed and the server has not confirmed; none: it has it all. The row stays all the same, for
 * `tab` is the client id that the tab wrote under. `title` names the document to people.
 */
export type WaitingRow = Row & { tab: string; title: string; places: string[]; putBack?: boolean };

/** What is kept from before a document was restored. */
export type KeptBefore = {
  updates: Uint8Array[];
  /** Client ids that this browser wrote under. */
  clients: number[];
  /** The person has put back what has a place in the document. */
  putBack: boolean;
};

export type StoredDocument = { updates: Uint8Array[]; waiting: WaitingRow[]; before: KeptBefore | null };

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

  async load(key: DocumentEpoch): Promise<StoredDocument> {
    const transaction = this.#db.transaction([UPDATES, WAITING]);
    const [rows, waiting] = await Promise.all([
      done<UpdateRow[]>(transaction.objectStore(UPDATES).index('document').getAll(key.document)),
      done<WaitingRow[]>(transaction.objectStore(WAITING).index('document').getAll(key.document)),
    ]);
    const isNow = isOf(key);
    const updates = rows.filter(isNow).map((row) => row.update);
    const before = rows.filter((row) => !isNow(row)).map((row) => row.update);
    return {
      updates,
      waiting: waiting.filter((row) => isNow(row) && row.places.length > 0),
      before:
        before.length > 0
          ? keptBefore(
              before,
              waiting.filter((row) => !isNow(row)),
            )
          : null,
    };
  }

  /** Adds an update, together with what now waits (undefined: as before), in one transaction. */
  async add({ document, epoch }: DocumentEpoch, update: Uint8Array, waiting?: WaitingRow): Promise<void> {
    const transaction = this.#db.transaction([UPDATES, WAITING], 'readwrite');
    transaction.objectStore(UPDATES).add({ document, epoch, update } satisfies UpdateRow);
    if (waiting) transaction.objectStore(WAITING).put(waiting);
    // Without waiting for the answers first: the tab may be closed any moment.
    transaction.commit();
    await finished(transaction);
  }

  /** Nothing waits any more in these rows, where nobody changed them since they were read. */
  async settle(rows: readonly WaitingRow[]): Promise<void> {
    const transaction = this.#db.transaction(WAITING, 'readwrite');
    const store = transaction.objectStore(WAITING);
    for (const row of rows) {
      const request = store.get([row.document, row.tab]) as IDBRequest<WaitingRow | undefined>;
      request.onsuccess = () => {
        if (request.result && String(request.result.places) === String(row.places)) {
          store.put({ ...row, places: [] } satisfies WaitingRow);
        }
      };
    }
    await finished(transaction);
  }

  /** Everything that waits, in all documents. */
  async waiting(): Promise<WaitingRow[]> {
    const rows = await done<WaitingRow[]>(this.#db.transaction(WAITING).objectStore(WAITING).getAll());
    return rows.filter((row) => row.places.length > 0);
  }

  /** Puts a document's rows together when there are many, also those that another tab just wrote. */
  async compact(key: DocumentEpoch): Promise<void> {
    const transaction = this.#db.transaction(UPDATES, 'readwrite');
    const store = transaction.objectStore(UPDATES);
    const count = store.index('document').count(key.document);
    count.onsuccess = () => {
      if (count.result >= COMPACT_FROM) {
        takeOut<UpdateRow>(store, key.document, isOf(key), (rows) => store.add({ ...key, update: merged(rows) }));
      }
    };
    await finished(transaction);
  }

  /** Puts `state` in the place of what is kept of a document; nothing waits any more. Null: keeps nothing. */
  async replace(key: DocumentEpoch, state: Uint8Array | null): Promise<void> {
    const transaction = this.#db.transaction([UPDATES, WAITING], 'readwrite');
    const updates = transaction.objectStore(UPDATES);
    takeOut<UpdateRow>(updates, key.document, isOf(key), () => {
      if (state) updates.add({ ...key, update: state } satisfies UpdateRow);
    });
    const waiting = transaction.objectStore(WAITING);
    takeOut<WaitingRow>(waiting, key.document, isOf(key), (rows) => {
      for (const row of rows) waiting.put({ ...row, places: [] } satisfies WaitingRow);
    });
    await finished(transaction);
  }

  /** Notes what of a document's earlier epochs waits for the person: they are asked before it is thrown away. */
  async markBefore(key: DocumentEpoch, places: string[], putBack: boolean): Promise<void> {
    const transaction = this.#db.transaction(WAITING, 'readwrite');
    const store = transaction.objectStore(WAITING);
    takeOut<WaitingRow>(store, key.document, isBefore(key), (rows) => {
      for (const [i, row] of rows.entries()) {
        store.put({ ...row, places: i === 0 ? places : [], putBack } satisfies WaitingRow);
      }
    });
    await finished(transaction);
  }

  /** Forgets what is kept from a document's earlier epochs. */
  async forgetBefore(key: DocumentEpoch): Promise<void> {
    const transaction = this.#db.transaction([UPDATES, WAITING], 'readwrite');
    for (const name of [UPDATES, WAITING]) takeOut(transaction.objectStore(name), key.document, isBefore(key));
    await finished(transaction);
  }

  close(): void {
    this.#db.close();
  }
}

function isOf({ epoch }: DocumentEpoch): (row: Row) => boolean {
  return (row) => (row.epoch ?? FIRST_EPOCH) === epoch;
}

function isBefore(key: DocumentEpoch): (row: Row) => boolean {
  const isNow = isOf(key);
  return (row) => !isNow(row);
}

function keptBefore(updates: Uint8Array[], rows: readonly WaitingRow[]): KeptBefore {
  return {
    updates,
    clients: rows.map((row) => Number(row.tab)),
    putBack: rows.length > 0 && rows.every((row) => row.putBack === true),
  };
}

/** Deletes the rows of a document that are `wanted`, and hands them over when all are out. */
function takeOut<T extends Row>(
  store: IDBObjectStore,
  document: string,
  wanted: (row: T) => boolean,
  then: (rows: T[]) => void = () => {},
): void {
  const rows: T[] = [];
  const request = store.index('document').openCursor(document);
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return then(rows);
    const row = cursor.value as T;
    if (wanted(row)) {
      rows.push(row);
      cursor.delete();
    }
    cursor.continue();
  };
}

function merged(rows: readonly UpdateRow[]): Uint8Array {
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
