/** The plan that a workspace opens with: the one that was open, this year's, or the newest. Null: there is none. */
export function yearToOpen(
  plans: readonly { year: number }[],
  last?: number,
  thisYear: number = new Date().getFullYear(),
): number | null {
  const years = plans.map(({ year }) => year);
  return [last, thisYear].find((year) => year !== undefined && years.includes(year)) ?? (Math.max(0, ...years) || null);
}
