import type { Place } from '#domain/plan/edit.ts';
import type { ActionView, GoalView } from '#domain/plan/read.ts';
import { STATUSES, type Status } from '#domain/plan/schema.ts';

export const GROUPINGS = ['goal', 'status'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A column of the board: the actions of a goal, of no goal, or of a status. */
export type Column = {
  key: string;
  goal: GoalView | null;
  status: Status | null;
  /** Those that the filter lets through, in order. */
  actions: ActionView[];
  /** How many there are without the filter. */
  total: number;
};

export const NO_GOAL = 'none';

/** Sorts actions into columns. The column without a goal is there only when something is in it. */
export function groupActions(
  goals: readonly GoalView[],
  actions: readonly ActionView[],
  by: Grouping,
  matches: (action: ActionView) => boolean = () => true,
): Column[] {
  const columns: Column[] =
    by === 'status'
      ? STATUSES.map((status) => ({ key: status, goal: null, status, actions: [], total: 0 }))
      : goals.map((goal) => ({ key: goal.id, goal, status: null, actions: [], total: 0 }));
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const loose: Column = { key: NO_GOAL, goal: null, status: null, actions: [], total: 0 };
  for (const action of actions) {
    const column = byKey.get(by === 'status' ? action.status : (action.goal ?? '')) ?? loose;
    column.total++;
    if (matches(action)) column.actions.push(action);
  }
  return loose.total > 0 ? [...columns, loose] : columns;
}

/** What an action becomes by lying in a column. */
export function fieldsOf(column: Column): { goal?: string | null; status?: Status } {
  if (column.status) return { status: column.status };
  return { goal: column.goal?.id ?? null };
}

/**
 * Where among all actions one has to be put, to lie at `index` of a column: behind the card above it, and at the top
 * right before the card that is first now, so that its place in the other grouping changes as little as can be.
 * @param cards the column's cards, in order; the moved one does not count
 */
export function placeIn(
  all: readonly { id: string }[],
  cards: readonly { id: string }[],
  index: number,
  moved: string,
): Place {
  const others = cards.filter((card) => card.id !== moved);
  const above = others[Math.min(index, others.length) - 1];
  if (above) return { after: above.id };
  const first = others[0]?.id ?? moved;
  const rest = first === moved ? all : all.filter((action) => action.id !== moved);
  const at = rest.findIndex((action) => action.id === first);
  return { after: rest[at - 1]?.id ?? null };
}
