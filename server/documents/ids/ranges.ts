import { firstWhere } from '#domain/sorted.ts';
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

/** The ids of ranges, by client and clock; `within` finds those that lie in another range without going over all. */
export class SortedRanges {
  /** None reaches into another. */
  readonly #ranges: IdRange[] = [];

  /** @param ranges in any order; they may overlap */
  constructor(ranges: readonly IdRange[]) {
    for (const [client, clock, length] of ranges.toSorted(byId)) {
      const last = this.#ranges.at(-1);
      if (last?.[0] === client && last[1] + last[2] >= clock) last[2] = Math.max(last[2], clock + length - last[1]);
      else this.#ranges.push([client, clock, length]);
    }
  }

  /** What of the ids (client, clock) … lies in these ranges. */
  within(client: number, clock: number, length: number): IdRange[] {
    const end = clock + length;
    const found: IdRange[] = [];
    const first = firstWhere(
      this.#ranges,
      ([own, from, all]) => own > client || (own === client && from + all > clock),
    );
    for (let i = first; i < this.#ranges.length; i++) {
      const range = this.#ranges[i];
      if (!range || !isBefore(range, client, end)) break;
      const [, from, all] = range;
      const start = Math.max(clock, from);
      found.push([client, start, Math.min(end, from + all) - start]);
    }
    return found;
  }
}

function byId([a, from]: readonly [number, number, ...unknown[]], [b, other]: readonly [number, number, ...unknown[]]) {
  return a - b || from - other;
}

/** Whether a range begins before the id (client, clock). */
function isBefore([own, from]: IdRange, client: number, clock: number): boolean {
  return own < client || (own === client && from < clock);
}
