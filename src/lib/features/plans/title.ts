/**
 * The title of a new year's plan after those before it, so that it is in the workspace's language and words: the newest
 * one that names its year, with the new year in its place. Null: none does.
 * @param before the newest first
 */
export function titleLike(before: readonly { year: number; title: string }[], year: number): string | null {
  for (const plan of before) {
    const own = new RegExp(`(?<!\\d)${plan.year}(?!\\d)`, 'gu');
    const title = plan.title.trim().replace(own, String(year));
    if (title !== plan.title.trim()) return title;
  }
  return null;
}
