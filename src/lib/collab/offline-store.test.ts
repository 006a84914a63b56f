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

describe('OfflineStore', () => {
  it('keeps documents apart, with what waits in each', async () => {
    const store = await openStore('anna');
    for (const update of typed('viens')) await store.add('a', update, waiting('a', '1', 'meta/title'));
    for (const update of typed('divi')) await store.add('b', update);
    expect(textOf((await store.load('a')).updates)).toBe('viens');
    expect(await store.load('b')).toMatchObject({ waiting: [] });
    expect(await store.waiting()).toEqual([waiting('a', '1', 'meta/title')]);
    await store.replace('a', null);
    expect(await store.load('a')).toEqual({ updates: [], waiting: [] });
    expect(textOf((await store.load('b')).updates)).toBe('divi');
  });

  it('puts many rows together without losing what another tab wrote', async () => {
    const [one, two] = [await openStore('anna'), await openStore('anna')];
    const updates = typed('x'.repeat(150));
    for (const [i, update] of updates.entries()) await (i % 2 ? one : two).add('a', update);
    await one.compact('a');
    const { updates: rows } = await two.load('a');
    expect(rows).toHaveLength(1);
    expect(textOf(rows)).toBe('x'.repeat(150));
  });

  it('forgets what waited only where nobody wrote on', async () => {
    const store = await openStore('anna');
    const [update = new Uint8Array()] = typed('x');
    await store.add('a', update, waiting('a', '1', 'meta/title'));
    await store.add('a', update, waiting('a', '2', 'meta/title'));
    const { waiting: rows } = await store.load('a');
    await store.add('a', update, waiting('a', '2', 'meta/title', 'goals/g/title'));
    await store.settle(rows);
    expect(await store.waiting()).toEqual([waiting('a', '2', 'meta/title', 'goals/g/title')]);
  });
});

describe('signing out', () => {
  it('counts what is unsent once, however many tabs have it, and takes it away on request', async () => {
    const store = await openStore('anna');
    const [update = new Uint8Array()] = typed('x');
    await store.add('a', update, waiting('a', '1', 'meta/title', 'goals/g/title'));
    await store.add('a', update, waiting('a', '2', 'meta/title'));
    expect(await unsentHere('anna')).toEqual([{ title: 'Plāns', count: 2 }]);
    expect(await unsentHere('bruno')).toEqual([]);
    // A tab that still has it open lets go.
    await forgetHere('anna');
    expect(await unsentHere('anna')).toEqual([]);
    await expect(store.add('a', update)).rejects.toThrow();
  });

  it('a browser that says nothing is not taken for an empty one', async () => {
    vi.stubGlobal('indexedDB', undefined);
    expect(await unsentHere('anna')).toBeNull();
    await expect(forgetHere('anna')).resolves.toBeUndefined();
  });
});
