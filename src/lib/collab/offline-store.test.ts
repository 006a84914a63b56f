import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { forgetHere, unsentHere } from './kept-here.ts';
import { openStore } from './offline-store.ts';

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));
afterEach(() => vi.unstubAllGlobals());

/** A text typed letter by letter, as its updates. */
function typed(text: string): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (const letter of text) doc.getText().insert(doc.getText().length, letter);
  return updates;
}

function textOf(updates: Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText().toString();
}

const waiting = (document: string, tab: string, ...places: string[]) => ({ document, tab, title: 'Plāns', places });
const A = { document: 'a', epoch: 'first' };
const B = { document: 'b', epoch: 'first' };
/** The document `a` after it was restored from a backup. */
const RESTORED = { document: 'a', epoch: '7' };

describe('OfflineStore', () => {
  it('keeps documents apart, with what waits in each', async () => {
    const store = await openStore('anna');
    for (const update of typed('viens')) await store.add(A, update, waiting('a', '1', 'meta/title'));
    for (const update of typed('divi')) await store.add(B, update);
    expect(textOf((await store.load(A)).updates)).toBe('viens');
    expect(await store.load(B)).toMatchObject({ waiting: [] });
    expect(await store.waiting()).toEqual([waiting('a', '1', 'meta/title')]);
    await store.replace(A, null);
    expect(await store.load(A)).toEqual({ updates: [], waiting: [], before: null });
    expect(textOf((await store.load(B)).updates)).toBe('divi');
  });

  it('puts many rows together without losing what another tab wrote', async () => {
    const [one, two] = [await openStore('anna'), await openStore('anna')];
    const updates = typed('x'.repeat(150));
    for (const [i, update] of updates.entries()) await (i % 2 ? one : two).add(A, update);
    await one.compact(A);
    const { updates: rows } = await two.load(A);
    expect(rows).toHaveLength(1);
    expect(textOf(rows)).toBe('x'.repeat(150));
  });

  it('forgets what waited only where nobody wrote on', async () => {
    const store = await openStore('anna');
    const [update = new Uint8Array()] = typed('x');
    await store.add(A, update, waiting('a', '1', 'meta/title'));
    await store.add(A, update, waiting('a', '2', 'meta/title'));
    const { waiting: rows } = await store.load(A);
    await store.add(A, update, waiting('a', '2', 'meta/title', 'goals/g/title'));
    await store.settle(rows);
    expect(await store.waiting()).toEqual([waiting('a', '2', 'meta/title', 'goals/g/title')]);
  });
});

describe('a document that was restored from a backup (E5)', () => {
  it('is kept apart from what was kept before, with the client ids that this browser wrote under', async () => {
    const store = await openStore('anna');
    const [before = new Uint8Array(), more = new Uint8Array()] = typed('pēc');
    await store.add(A, before, { ...waiting('a', '11', 'meta/title'), epoch: 'first' });
    await store.settle((await store.load(A)).waiting);
    await store.add(A, more, { ...waiting('a', '12', 'meta/title'), epoch: 'first' });
    const now = typed('tagad');
    for (const update of now) await store.add(RESTORED, update);
    expect(await store.load(RESTORED)).toEqual({
      updates: now,
      waiting: [],
      before: { updates: [before, more], clients: [11, 12], putBack: false },
    });

    await store.markBefore(RESTORED, ['goals/g/title'], true);
    expect((await store.load(RESTORED)).before?.putBack).toBe(true);
    expect((await store.waiting()).map(({ places }) => places)).toEqual([['goals/g/title']]);
    await store.forgetBefore(RESTORED);
    expect(await store.load(RESTORED)).toEqual({ updates: now, waiting: [], before: null });
    expect(await store.waiting()).toEqual([]);
  });

  it('is not put together with it when there are many rows, nor replaced with it', async () => {
    const store = await openStore('anna');
    for (const update of typed('pirms')) await store.add(A, update);
    for (const update of typed('x'.repeat(150))) await store.add(RESTORED, update);
    await store.compact(RESTORED);
    const { updates, before } = await store.load(RESTORED);
    expect([updates.length, textOf(updates), textOf(before?.updates ?? [])]).toEqual([1, 'x'.repeat(150), 'pirms']);
    await store.replace(RESTORED, null);
    expect((await store.load(RESTORED)).updates).toEqual([]);
    expect(textOf((await store.load(A)).updates)).toBe('pirms');
  });

  it('rows from before there were epochs are of the first', async () => {
    const store = await openStore('anna');
    const [update = new Uint8Array()] = typed('x');
    await store.add({ document: 'a' } as typeof A, update);
    expect((await store.load(A)).updates).toEqual([update]);
    expect((await store.load(RESTORED)).before?.updates).toEqual([update]);
  });
});

describe('signing out', () => {
  it('counts what is unsent once, however many tabs have it, and takes it away on request', async () => {
    const store = await openStore('anna');
    const [update = new Uint8Array()] = typed('x');
    await store.add(A, update, waiting('a', '1', 'meta/title', 'goals/g/title'));
    await store.add(A, update, waiting('a', '2', 'meta/title'));
    expect(await unsentHere('anna')).toEqual([{ title: 'Plāns', count: 2 }]);
    expect(await unsentHere('bruno')).toEqual([]);
    // A tab that still has it open lets go.
    await forgetHere('anna');
    expect(await unsentHere('anna')).toEqual([]);
    await expect(store.add(A, update)).rejects.toThrow();
  });

  it('a browser that says nothing is not taken for an empty one', async () => {
    vi.stubGlobal('indexedDB', undefined);
    expect(await unsentHere('anna')).toBeNull();
    await expect(forgetHere('anna')).resolves.toBeUndefined();
  });
});
