/**
 * Shannon evenness (Pielou's J): H / ln n with H = − Σ p·ln p over the n amounts that are above 0; 1 when all are
 * equal, near 0 when one has almost everything. One amount alone gives 0, none gives null.
 */
export function evenness(amounts: readonly number[]): number | null {
  const present = amounts.filter((amount) => amount > 0);
  if (present.length === 0) return null;
  if (present.length === 1) return 0;
  const total = present.reduce((sum, amount) => sum + amount, 0);
  const entropy = present.reduce((h, amount) => h - (amount / total) * Math.log(amount / total), 0);
  return Math.min(1, entropy / Math.log(present.length));
}
