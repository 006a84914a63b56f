import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../limits.ts';
import { REFUSAL } from '../refusal.ts';
import type { Peer } from './peer.ts';
import { Presence } from './presence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const USER = { id: 'anna', name: 'Anna', organisation: null, mark: 0 };
const PAUSE_MS = 40;

/** A room in which everybody's client ids are their own. */
function room() {
  const peers: Peer[] = [];
  const broken: unknown[] = [];
  const presence = new Presence({
    peers,
    limits: DEFAULT_LIMITS,
    ownerOf: () => null,
    claim: () => null,
    broken: (error) => void broken.push(error),
    whenClaimed: (_, effect) => effect(),
  });
  const join = (personId: string, hear: (frame: Buffer) => void) => {
    const peer = { actor: { personId, organisationId: null }, presence: hear } as Partial<Peer> as Peer;
    peers.push(peer);
    return peer;
  };
  const at = (peer: Peer, clientId: number, place: number) =>
    presence.announce(peer, [{ clientId, clock: 1, state: JSON.stringify({ at: place }) }], USER);
  return { presence, join, at, broken };
}

/** What a frame says of whom: places by the order in which they stand in it. */
const placesIn = (frame: Buffer) => [...frame.toString('latin1').matchAll(/"at":(\d+)/g)].map(([, at]) => Number(at));

test('N7: the first is told at once, what changes in the pause behind it once and together', () => {
  const { join, at } = room();
  const heard: Record<string, number[][]> = { anna: [], juris: [], ieva: [] };
  const [anna, juris] = Object.entries(heard).map(([person, told]) =>
    join(person, (frame) => void told.push(placesIn(frame))),
  );
  if (!anna || !juris) throw new Error('Nobody is there');
  at(anna, 1, 10);
  at(juris, 2, 20);
  at(juris, 2, 21);
  at(anna, 1, 11);
  expect(heard).toEqual({ anna: [], juris: [[10]], ieva: [[10]] });
  vi.advanceTimersByTime(PAUSE_MS);
  expect(heard).toEqual({ anna: [[21]], juris: [[10], [11]], ieva: [[10], [21, 11]] });
  vi.advanceTimersByTime(PAUSE_MS);
  at(anna, 1, 12);
  expect(heard.ieva?.at(-1)).toEqual([12]);
});

test('N7: a browser that comes back does not hear of itself what it said before', () => {
  const { presence, join, at } = room();
  const old = join('anna', () => {});
  at(old, 1, 10);
  at(old, 1, 11);
  const heard: number[][] = [];
  const again = join('anna', (frame) => void heard.push(placesIn(frame)));
  vi.advanceTimersByTime(PAUSE_MS);
  at(again, 1, 12);
  presence.leave(old);
  vi.advanceTimersByTime(PAUSE_MS);
  expect(heard).toEqual([]);
});

test('N7: what is told of somebody is no larger than what they may say, however short they put it', () => {
  const { presence, join } = room();
  const anna = join('anna', () => {});
  const heard: number[] = [];
  join('juris', (frame) => void heard.push(frame.length));
  const say = (state: string) => presence.announce(anna, [{ clientId: 1, clock: 1, state }], USER);
  const numbers = (count: number) => `{"at":[${Array.from({ length: count }, () => '1e20').join()}]}`;
  const limit = DEFAULT_LIMITS.awarenessBytes;
  expect(numbers(800).length).toBeLessThan(limit);
  expect(say(numbers(800))).toBe(REFUSAL.malformed);
  expect(heard).toEqual([]);
  expect(say(`{"at":"${'ā'.repeat(limit / 2)}"}`)).toBe(REFUSAL.malformed);
  expect(say(numbers(180))).toBeNull();
  const besides = JSON.stringify(USER).length + 100;
  expect(heard).toHaveLength(1);
  expect(heard[0]).toBeLessThan(limit + besides);
});

test('N11: an error while they are told together is one of the document alone', () => {
  const { join, at, broken } = room();
  const anna = join('anna', () => {});
  join('juris', (frame) => {
    if (placesIn(frame).includes(2)) throw new Error('unforeseen');
  });
  at(anna, 1, 1);
  at(anna, 1, 2);
  vi.advanceTimersByTime(PAUSE_MS);
  expect(broken).toMatchObject([{ message: 'unforeseen' }]);
  at(anna, 1, 3);
  vi.advanceTimersByTime(PAUSE_MS);
  expect(broken).toHaveLength(1);
});
