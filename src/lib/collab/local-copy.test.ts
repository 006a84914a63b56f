import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { StorageState } from './connection.svelte.ts';
import { LocalCopy } from './local-copy.ts';
import { OfflineStore, openStore } from './offline-store.ts';
import { Pending } from './pending.ts';

const KEY = { document: 'plan', epoch: '1' };

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A plan that is kept in this browser and written in, with everything that `onStorage` was told. */
function setUp() {
  const doc = new Y.Doc();
  const pending = new Pending();
  const states: StorageState[] = [];
  doc.on('afterTransaction', (transaction) => transaction.local && pending.note(transaction));
  const copy = new LocalCopy({
    personId: 'anna',
    documentId: KEY.document,
    epoch: KEY.epoch,
    doc,
    pending,
    title: () => 'Plāns',
    onStorage: (state) => states.push(state),
  });
  const write = (word: string) => doc.getMap('plan').set('title', word);
  return { copy, doc, states, write };
}

test('what could not be written is written with the next change, and so is the note that it waits', async () => {
  const { copy, states, write } = setUp();
  await copy.open();
  vi.spyOn(OfflineStore.prototype, 'add').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
  write('Kopā');
  await vi.waitFor(() => expect(states).toEqual(['kept', 'writing', 'full']));
  write('Kopā ar kaimiņiem');
  await vi.waitFor(() => expect(states).toEqual(['kept', 'writing', 'full', 'kept']));
  copy.close();

  const store = await openStore('anna');
  const { updates, waiting } = await store.load(KEY);
  store.close();
  expect(waiting.map(({ places }) => places)).toEqual([['plan/title']]);
  const kept = new Y.Doc();
  for (const update of updates) Y.applyUpdate(kept, update);
  expect(kept.getMap('plan').get('title')).toBe('Kopā ar kaimiņiem');
});

test('nothing is called kept before the last of it is', async () => {
  const { copy, states, write } = setUp();
  await copy.open();
  const confirm: (() => void)[] = [];
  vi.spyOn(OfflineStore.prototype, 'add').mockImplementation(() => new Promise((resolve) => confirm.push(resolve)));
  write('Kopā');
  write('Kopā ar kaimiņiem');
  confirm[0]?.();
  await new Promise(setImmediate);
  expect(states).toEqual(['kept', 'writing', 'writing']);
  confirm[1]?.();
  await vi.waitFor(() => expect(states.at(-1)).toBe('kept'));
  copy.close();
});

test('a copy that cannot be replaced says so, and nobody waits for it in vain', async () => {
  const { copy, states } = setUp();
  await copy.open();
  vi.spyOn(OfflineStore.prototype, 'replace').mockRejectedValueOnce(new Error('gone'));
  await copy.replace(null);
  expect(states).toEqual(['kept', 'unavailable']);
  copy.close();
});

test('a plan that is left before its copy was there leaves nothing open', async () => {
  const { copy, states } = setUp();
  const closed = vi.spyOn(OfflineStore.prototype, 'close');
  const opening = copy.open();
  copy.close();
  await opening;
  expect(closed).toHaveBeenCalledTimes(1);
  expect(states).toEqual([]);
});
