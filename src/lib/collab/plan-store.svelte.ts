import * as Y from 'yjs';
import { byOrder, type Ordered } from '#domain/order.ts';
import {
  planRoots,
  presentItem,
  readAction,
  readGoal,
  readPlan,
  readRemovedActions,
  removedItem,
  type ActionView,
  type GoalView,
  type ItemMap,
  type PlanView,
} from '#domain/plan/read.ts';
import { firstWhere } from '#domain/sorted.ts';
import { Pace } from './pace.ts';

/**
 * Others' changes are shown at once while there are few, and at most this often (ms) when many people type: rendering
 * the board anew for each of their keystrokes would make one's own wait. A text that is being written follows its
 * Y.Text and not this view.
 */
export const OTHERS_PACE_MS = 100;
/**
 * The same (ms) for descriptions, mine too: no card shows a letter of them. What is counted and filtered by them can wait,
 * and the editor follows the Y.Text.
 */
export const DESCRIPTIONS_PACE_MS = 2000;

type Events = Y.YEvent<Y.AbstractType<unknown>>[];

/**
 * The plan as components see it: what the server rendered at first, the live document from `connect` on. Items that a
 * change did not touch keep their identity, so that a keyed list renders only what changed.
 */
export class PlanStore {
  title = $state.raw('');
  goals = $state.raw<readonly GoalView[]>([]);
  actions = $state.raw<readonly ActionView[]>([]);
  /** Removed from the plan, and able to come back. Empty until `connect`. */
  removedActions = $state.raw<readonly ActionView[]>([]);
  /** The live document is shown, and can be edited. */
  ready = $state.raw(false);
  readonly #actionsById = $derived.by(() => new Map(this.actions.map((action) => [action.id, action])));
  readonly #goalsById = $derived.by(() => new Map(this.goals.map((goal) => [goal.id, goal])));

  constructor(initial: PlanView) {
    this.title = initial.title;
    this.goals = initial.goals;
    this.actions = initial.actions;
  }

  action(id: string): ActionView | undefined {
    return this.#actionsById.get(id);
  }

  goal(id: string): GoalView | undefined {
    return this.#goalsById.get(id);
  }

  /** Shows the live document and follows it until the returned function is called. */
  connect(doc: Y.Doc): () => void {
    const roots = planRoots(doc);
    const plan = readPlan(doc);
    this.title = plan.title;
    this.goals = plan.goals.map((goal) => reuse(this.goal(goal.id), goal));
    this.actions = plan.actions.map((action) => reuse(this.action(action.id), action));
    this.removedActions = readRemovedActions(doc);
    this.ready = true;

    const waiting = { title: false, goals: new Set<string>(), actions: new Set<string>() };
    const show = () => {
      if (waiting.title) {
        const title = roots.meta.get('title');
        this.title = title instanceof Y.Text ? title.toString() : '';
      }
      this.goals = updated(this.goals, waiting.goals, (id) => presentItem(roots.goals, id), readGoal);
      this.actions = updated(this.actions, waiting.actions, (id) => presentItem(roots.actions, id), readAction);
      const removed = (id: string) => removedItem(roots.actions, id);
      this.removedActions = updated(this.removedActions, waiting.actions, removed, readAction);
      waiting.title = false;
      waiting.goals.clear();
      waiting.actions.clear();
    };
    const pace = new Pace(show, OTHERS_PACE_MS);
    const descriptions = new Pace(show, DESCRIPTIONS_PACE_MS);
    const showSoon = ({ local }: Y.Transaction) => (local ? pace.now() : pace.soon());

    const onMeta = (_: Events, transaction: Y.Transaction) => {
      waiting.title = true;
      showSoon(transaction);
    };
    const onGoals = (events: Events, transaction: Y.Transaction) => {
      for (const id of touched(events)) waiting.goals.add(id);
      showSoon(transaction);
    };
    const onActions = (events: Events, transaction: Y.Transaction) => {
      for (const id of touched(events)) waiting.actions.add(id);
      if (events.every(isInDescription)) descriptions.soon();
      else showSoon(transaction);
    };
    roots.meta.observeDeep(onMeta);
    roots.goals.observeDeep(onGoals);
    roots.actions.observeDeep(onActions);
    return () => {
      pace.stop();
      descriptions.stop();
      roots.meta.unobserveDeep(onMeta);
      roots.goals.unobserveDeep(onGoals);
      roots.actions.unobserveDeep(onActions);
    };
  }
}

const isInDescription = ({ path }: Events[number]): boolean => path.length === 2 && path[1] === 'body';

/** Ids of the items that a transaction touched, itself or anything inside. */
function touched(events: Events): Set<string> {
  const ids = new Set<string>();
  for (const event of events) {
    const [id] = event.path;
    if (id !== undefined) ids.add(String(id));
    else if (event instanceof Y.YMapEvent) for (const key of event.keysChanged) ids.add(String(key));
  }
  return ids;
}

/** The list with the touched items read anew and put in place, all else as it was. `find`: what belongs in it. */
function updated<T extends Ordered>(
  list: readonly T[],
  ids: ReadonlySet<string>,
  find: (id: string) => ItemMap | null,
  read: (id: string, item: ItemMap) => T,
): readonly T[] {
  if (ids.size === 0) return list;
  const next = list.filter((item) => !ids.has(item.id));
  let changed = next.length < list.length;
  for (const id of ids) {
    const item = find(id);
    if (!item) continue;
    const view = read(id, item);
    const place = firstWhere(next, (other) => byOrder(other, view) > 0);
    next.splice(place, 0, view);
    changed = true;
  }
  return changed ? next : list;
}

/** The object that is shown already, when the live one says the same: hydration then renders nothing anew. */
function reuse<T>(shown: T | undefined, live: T): T {
  return shown !== undefined && JSON.stringify(shown) === JSON.stringify(live) ? shown : live;
}
