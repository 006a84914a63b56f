import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

function limit(attempts = 3, windowMs = 1000) {
  let now = 0;
  const limit = new RateLimit({ attempts, windowMs, now: () => now });
  return { limit, at: (time: number) => void (now = time) };
}

test('so many attempts within the window, then the time of the next', () => {
  const { limit: limited, at } = limit();
  expect(limited.take('a')).toBeNull();
  at(100);
  expect(limited.take('a')).toBeNull();
  at(200);
  expect(limited.take('a')).toBeNull();
  at(300);
  expect(limited.take('a')).toBe(1000);
  expect(limited.take('a')).toBe(1000);
  at(1000);
  expect(limited.take('a')).toBeNull();
  expect(limited.take('a')).toBe(1100);
});

test('keys do not touch each other', () => {
  const { limit: limited } = limit(1);
  expect(limited.take('a')).toBeNull();
  expect(limited.take('b')).toBeNull();
  expect(limited.take('a')).not.toBeNull();
});

test('an attempt that is given back does not count', () => {
  const { limit: limited } = limit(1);
  for (let i = 0; i < 5; i++) {
    expect(limited.take('a')).toBeNull();
    limited.giveBack('a');
  }
  limited.giveBack('never seen');
});

test('an attacker with many keys cannot fill the memory, nor free the newest key', () => {
  const { limit: limited } = limit(1);
  for (let i = 0; i < 20_000; i++) limited.take(`key ${i}`);
  expect(limited.take('key 19999')).not.toBeNull();
  expect(limited.take('key 0')).toBeNull();
});
