/** Whether an ISO date is one that somebody means: on the way to 2025 a date input passes through the year 0002. */
export function isPlausibleDay(isoDate: string): boolean {
  const year = Number(isoDate.slice(0, isoDate.indexOf('-')));
  return year >= 1990 && year <= 2100;
}

/** What is odd about a period; it may be written all the same. */
export function periodProblem(starts: string | null, ends: string | null): 'ends-before-start' | null {
  return starts !== null && ends !== null && ends < starts ? 'ends-before-start' : null;
}
