import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { MemberView } from '#domain/people.ts';
import { Presence, WRITING_MS } from './presence.svelte.ts';

const me: MemberView = { id: 'anna', name: 'Anna', role: 'editor', organisation: null, mark: 0, ended: false };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function two() {
  const [mine, theirs] = [new Awareness(new Y.Doc()), new Awareness(new Y.Doc())];
  theirs.doc.getText('a').insert(0, 'Sākums');
  const presence = new Presence(me);
  const stop = presence.follow(mine);
  const send = () => {
    Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(theirs.doc), 'remote');
    applyAwarenessUpdate(mine, encodeAwarenessUpdate(theirs, [theirs.clientID]), 'remote');
  };
  const go = (focus: object | null) => {
    theirs.setLocalState({ user: { id: 'ilze', name: 'Ilze', organisation: null, mark: 1 }, focus });
    send();
  };
  const writing = () => presence.inItem('action').map((present) => presence.isWriting(present));
  const close = () => {
    stop();
    for (const awareness of [mine, theirs]) awareness.destroy();
  };
  return { presence, theirs, send, go, writing, close };
}

it('tells who writes from who is merely there', () => {
  const { theirs, send, go, writing, close } = two();
  go({ item: 'action', field: 'body' });
  expect(writing(), 'what was written before they were seen').toEqual([false]);
  theirs.doc.getText('a').insert(6, '!');
  send();
  expect(writing()).toEqual([true]);
  vi.advanceTimersByTime(WRITING_MS - 1);
  theirs.doc.getText('a').insert(6, '!');
  send();
  vi.advanceTimersByTime(WRITING_MS - 1);
  expect(writing()).toEqual([true]);
  vi.advanceTimersByTime(1);
  expect(writing()).toEqual([false]);
  close();
});

it('counts what is typed into a field before it is written', () => {
  const { go, writing, close } = two();
  go({ item: 'action', field: 'starts' });
  expect(writing()).toEqual([false]);
  go({ item: 'action', field: 'starts', draft: '1' });
  expect(writing()).toEqual([true]);
  vi.advanceTimersByTime(WRITING_MS);
  expect(writing()).toEqual([false]);
  close();
});
