import { expect, test } from 'vitest';
import { Remembered } from './remembered.ts';

test('a value is remembered as long as its version stays the same', () => {
  const counts = new Remembered<number>(2);
  counts.set('plan', 'row 1', 10);
  expect(counts.get('plan', 'row 1')).toBe(10);
  expect(counts.get('plan', 'row 2')).toBeNull();
  // The head only moves forward: the older value is not kept for anybody.
  expect(counts.get('plan', 'row 1')).toBeNull();
});

test('when there is no more room, what was asked for longest ago goes', () => {
  const counts = new Remembered<number>(2);
  counts.set('2024', 'row 1', 1);
  counts.set('2025', 'row 1', 2);
  counts.get('2024', 'row 1');
  counts.set('2026', 'row 1', 3);
  expect(['2024', '2025', '2026'].map((plan) => counts.get(plan, 'row 1'))).toEqual([1, null, 3]);
});
