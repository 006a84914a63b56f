/** One measured figure. Values in the given unit; `target` is what the product promises on a 2-core machine. */
export type Figure = {
  name: string;
  unit: 'ms' | 'kB' | 'µs';
  values: number[];
  target?: { of: 'median' | 'p95'; most: number };
};

/** The value below which the share `q` of the values lies (nearest rank). */
export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export function printFigures(figures: Figure[]): void {
  const rows = figures.map(({ name, unit, values, target }) => {
    const p95 = quantile(values, 0.95);
    const median = quantile(values, 0.5);
    return {
      figure: name,
      unit,
      runs: values.length,
      median: round(median),
      p95: round(p95),
      max: round(Math.max(...values)),
      promise: target ? `${target.of} ≤ ${target.most}` : '',
      kept: target ? ((target.of === 'p95' ? p95 : median) <= target.most ? 'yes' : 'NO') : '',
    };
  });
  console.table(rows);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
