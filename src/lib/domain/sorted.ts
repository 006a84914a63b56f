/**
 * The place of the first entry of a sorted list for which a condition holds; its length when there is none. What holds
 * for an entry has to hold for all behind it.
 */
export function firstWhere<T>(sorted: readonly T[], holds: (entry: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
