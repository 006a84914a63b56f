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
function setUp({ epoch = KEY.epoch } = {}) {
  const doc = new Y.Doc();
  const pending = new Pending();
  const states: StorageState[] = [];
  doc.on('afterTransaction', (transaction) => transaction.local && pending.note(transaction));
  const copy = new LocalCopy({
    personId: 'anna',
    documentId: KEY.document,
    epoch,
    doc,
    pending,
    title: () => 'Plāns',
    onStorage: (state) => states.push(state),
  });
  const write = (word: string) => doc.getMap('plan').set('title', word);
  return { copy, doc, states, write };
}

const full = () => new DOMException('full', 'QuotaExceededError');

/** The plan's title and the places that wait, as the browser keeps them. */
async function kept(): Promise<{ title: unknown; places: string[][] }> {
  const store = await openStore('anna');
  const { updates, waiting } = await store.load(KEY);
  store.close();
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return { title: doc.getMap('plan').get('title'), places: waiting.map(({ places }) => places) };
}

test('what could not be written is written with the next change, and so is the note that it waits', async () => {
  const { copy, states, write } = setUp();
  await copy.open();
  vi.spyOn(OfflineStore.prototype, 'add').mockRejectedValueOnce(full());
  write('Kopā');
  await vi.waitFor(() => expect(states).toEqual(['kept', 'writing', 'full']));
  write('Kopā ar kaimiņiem');
  await vi.waitFor(() => expect(states).toEqual(['kept', 'writing', 'full', 'kept']));
  copy.close();

  expect(await kept()).toEqual({ title: 'Kopā ar kaimiņiem', places: [['plan/title']] });
});

test('what could not be written is written when the plan is left', async () => {
  const { copy, states, write } = setUp();
  await copy.open();
  vi.spyOn(OfflineStore.prototype, 'add').mockRejectedValueOnce(full());
  write('Kopā');
  await vi.waitFor(() => expect(states.at(-1)).toBe('full'));
  copy.close();
  expect(await kept()).toEqual({ title: 'Kopā', places: [['plan/title']] });
});

test('what is kept is called kept also when its rows could not be put together', async () => {
  const failing = vi.spyOn(OfflineStore.prototype, 'compact').mockRejectedValue(full());
  const { copy, states, write } = setUp();
  await copy.open();
  for (let i = 1; i <= 500; i++) write(`Kopā ${i}`);
  await vi.waitFor(() => expect(failing).toHaveBeenCalledTimes(2));
  await vi.waitFor(() => expect(states.at(-1)).toBe('kept'));
  expect(states).not.toContain('full');
  copy.close();
  expect(await kept()).toMatchObject({ title: 'Kopā 500' });
});

test('a restored plan is carried over by the page until the browser has kept all that was here', async () => {
  const { copy, states, write } = setUp();
  await copy.open();
  const add = vi.spyOn(OfflineStore.prototype, 'add').mockRejectedValue(full());
  write('Kopā');
  await vi.waitFor(() => expect(states.at(-1)).toBe('full'));
  await copy.setAside();
  expect(copy.keepsInPageOnly).toBe(true);
  const next = setUp({ epoch: '2' });
  await next.copy.open();
  expect(next.copy.before?.updates).toHaveLength(1);
  await next.copy.forgetBefore();

  add.mockRestore();
  const aside = copy.setAside();
  expect(copy.keepsInPageOnly).toBe(true);
  await aside;
  expect(copy.keepsInPageOnly).toBe(false);
  copy.close();
  next.copy.close();
  expect(await kept()).toMatchObject({ title: 'Kopā' });
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

test('a copy that cannot be replaced is forgotten', async () => {
  const { copy, write } = setUp();
  await copy.open();
  write('Kopā');
  vi.spyOn(OfflineStore.prototype, 'replace').mockRejectedValueOnce(full());
  expect(await copy.replace(new Uint8Array([0, 0]))).toBe(true);
  copy.close();
  expect(await kept()).toEqual({ title: undefined, places: [] });
});

test('a copy that can be neither replaced nor forgotten says so, and can be forgotten later', async () => {
  const { copy, states, write } = setUp();
  await copy.open();
  write('Kopā');
  await vi.waitFor(() => expect(states.at(-1)).toBe('kept'));
  const failing = vi.spyOn(OfflineStore.prototype, 'replace').mockRejectedValue(new Error('gone'));
  expect(await copy.replace(null)).toBe(false);
  expect(states.at(-1)).toBe('unavailable');
  failing.mockRestore();
  expect(await copy.replace(null)).toBe(true);
  copy.close();
  expect(await kept()).toEqual({ title: undefined, places: [] });
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
