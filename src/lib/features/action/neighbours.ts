/** The ids before and behind one in an order; none when it is not in it. */
export function neighboursOf(id: string, order: readonly string[]): { previous: string | null; next: string | null } {
  const index = order.indexOf(id);
  if (index === -1) return { previous: null, next: order[0] ?? null };
  return { previous: order[index - 1] ?? null, next: order[index + 1] ?? null };
}
