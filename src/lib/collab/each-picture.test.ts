import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EachPicture } from './each-picture.ts';

let now = 0;
const pass = (ms: number) => {
  now += ms;
  vi.advanceTimersByTime(ms);
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** What takes so long (ms), and how often it was done. */
function work(ms: number) {
  const done = { times: 0, pictures: new EachPicture(() => void ((now += ms), done.times++)) };
  return done;
}

it('does once before the next picture what was asked for many times', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => void frames.splice(id - 1, 1));
  const done = work(5);
  done.pictures.soon();
  done.pictures.soon();
  expect([done.times, frames.length]).toEqual([0, 1]);
  frames[0]?.();
  expect([done.times, frames.length]).toEqual([1, 0]);
  pass(250);
  expect(done.times, 'not again when the time for windows without pictures is over').toBe(1);
});

it('does not wait for ever for a picture of a tab in the background', () => {
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => {});
  const done = work(0);
  done.pictures.soon();
  pass(249);
  expect(done.times).toBe(0);
  pass(1);
  expect(done.times).toBe(1);
});

it('rests on a slow device as long as it took, but not for ever', () => {
  for (const [took, rests] of [
    [50, 0],
    [60, 60],
    [1000, 100],
  ] as const) {
    const done = work(took);
    done.pictures.soon();
    pass(0);
    done.pictures.soon();
    if (rests > 0) pass(rests - 1);
    expect(done.times).toBe(rests > 0 ? 1 : 2);
    pass(1);
    expect(done.times).toBe(2);
  }
});

it('does at once what cannot wait, if there is anything', () => {
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => {});
  const done = work(0);
  done.pictures.now();
  expect(done.times).toBe(0);
  done.pictures.soon();
  done.pictures.now();
  expect(done.times).toBe(1);
});
