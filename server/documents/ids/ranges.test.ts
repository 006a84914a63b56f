import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CreditedRange, IdRange } from '../ledger/ledger.ts';
import { SortedRanges, withoutRanges } from './ranges.ts';

/** Ranges of two clients, none over another, in any order: gaps and lengths by turns. */
const ranges = fc
  .array(fc.tuple(fc.constantFrom(1, 2), fc.nat(3), fc.integer({ min: 1, max: 6 })), { maxLength: 12 })
  .chain((parts) => {
    const ends = new Map<number, number>();
    const placed = parts.map(([client, gap, length]): IdRange => {
      const clock = (ends.get(client) ?? 0) + gap;
      ends.set(client, clock + length);
      return [client, clock, length];
    });
    return fc.shuffledSubarray(placed);
  });

const credited = (all: readonly IdRange[]) =>
  all.map(([client, clock, length], i): CreditedRange => [client, clock, length, `${i % 3}`, null, 'move']);

function idsOf(all: readonly CreditedRange[]): string[] {
  return all.flatMap(([client, clock, length, person]) =>
    Array.from({ length }, (_, i) => `${client}:${clock + i} ${person}`),
  );
}

test('M6: what is known to come back is taken out of what was carried, id by id', () => {
  fc.assert(
    fc.property(ranges, ranges, (moved, restored) => {
      const known = new Set(idsOf(credited(restored)).map((id) => id.split(' ')[0]));
      const expected = idsOf(credited(moved)).filter((id) => !known.has(id.split(' ')[0]));
      expect(idsOf(withoutRanges(credited(moved), restored)).toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 2000 },
  );
});

test.each([1000, 10_000, 100_000])(
  'M7: many single characters that came back, among many that were carried, cost linear steps (%i)',
  (many) => {
    const restored = Array.from({ length: many }, (_, i): IdRange => [1, 2 * i, 1]);
    const moved = Array.from({ length: many }, (_, i): IdRange => [1, 2 * i + 1, 1]);
    let steps = 0;
    expect(withoutRanges(credited(moved), restored, () => steps++)).toHaveLength(many);
    expect(steps).toBeLessThanOrEqual(2 * many);
  },
);

test('the ids of ranges are found by another range, also where ranges overlap', () => {
  const range = fc.tuple(fc.constantFrom(1, 2), fc.nat(20), fc.integer({ min: 1, max: 10 }));
  fc.assert(
    fc.property(fc.array(range), range, (all, asked) => {
      const ids = (ranges: IdRange[]) => ranges.flatMap((one) => idsOf(credited([one])));
      const covered = new Set(ids(all));
      expect(ids(new SortedRanges(all).within(...asked))).toEqual(ids([asked]).filter((id) => covered.has(id)));
    }),
    { numRuns: 2000 },
  );
});
