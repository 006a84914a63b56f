import type { CreditedRange, IdRange } from '../ledger/ledger.ts';

/**
 * What is left of credits outside of ranges, by client and clock: both are sorted once and gone through side by side.
 * Neither credits nor ranges may overlap among themselves.
 * @param count is told of each step
 */
export function withoutRanges(
  credits: readonly CreditedRange[],
  ranges: readonly IdRange[],
  count: () => void = () => {},
): CreditedRange[] {
  const taken = ranges.toSorted(byId);
  const left: CreditedRange[] = [];
  let i = 0;
  for (const [client, clock, length, ...whose] of credits.toSorted(byId)) {
    const end = clock + length;
    let at = clock;
    for (let range = taken[i]; range && isBefore(range, client, end); range = taken[++i]) {
      count();
      const [own, from, taking] = range;
      if (own !== client || from + taking <= at) continue;
      if (from > at) left.push([client, at, from - at, ...whose]);
      at = Math.min(end, from + taking);
      // The next credit may lie in it as well.
      if (from + taking > end) break;
    }
    count();
    if (at < end) left.push([client, at, end - at, ...whose]);
  }
  return left;
}

function byId([a, from]: readonly [number, number, ...unknown[]], [b, other]: readonly [number, number, ...unknown[]]) {
  return a - b || from - other;
}

/** Whether a range begins before the id (client, clock). */
function isBefore([own, from]: IdRange, client: number, clock: number): boolean {
  return own < client || (own === client && from < clock);
}
