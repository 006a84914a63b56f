import type { ActionView, GoalView } from '#domain/plan/read.ts';

/** The actions before and behind one, in the order of the board: goal by goal, at last those without a goal. */
export function neighboursOf(
  id: string,
  plan: { goals: readonly GoalView[]; actions: readonly ActionView[] },
): { previous: ActionView | null; next: ActionView | null } {
  const goals = new Map(plan.goals.map((goal, index) => [goal.id, index]));
  const column = (action: ActionView) => (action.goal === null ? undefined : goals.get(action.goal)) ?? goals.size;
  // Sorting is stable: within a column the plan's own order stays.
  const inOrder = plan.actions.toSorted((a, b) => column(a) - column(b));
  const index = inOrder.findIndex((action) => action.id === id);
  if (index === -1) return { previous: null, next: null };
  return { previous: inOrder[index - 1] ?? null, next: inOrder[index + 1] ?? null };
}
