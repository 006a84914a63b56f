import * as v from 'valibot';
import * as Y from 'yjs';
import { byOrder } from '../order.ts';
import {
  ACTION_FIELDS,
  DEFAULTS,
  FUNDING_FIELDS,
  GOAL_FIELDS,
  INDICATOR_FIELDS,
  type Form,
  type Horizon,
  type Source,
  type Stage,
  type Status,
} from './schema.ts';

/**
 * Plain, typed views of a plan. Values that are missing or not valid are replaced by defaults: reading never throws.
 */
export type PlanView = { title: string; goals: GoalView[]; actions: ActionView[] };

export type GoalView = { id: string; title: string; order: string };

export type FundingView = {
  id: string;
  source: Source;
  funder: string | null;
  form: Form;
  stage: Stage;
  cents: number | null;
  hours: number | null;
  note: string;
  order: string;
};

export type IndicatorView = {
  id: string;
  name: string;
  unit: string | null;
  baseline: number | null;
  target: number | null;
  order: string;
};

export type ActionView = {
  id: string;
  title: string;
  /** The description without its formatting. */
  body: string;
  goal: string | null;
  order: string;
  status: Status;
  horizon: Horizon | null;
  /** ISO date */
  starts: string | null;
  ends: string | null;
  /** Organisation ids. */
  responsible: string[];
  partners: string[];
  funding: FundingView[];
  indicators: IndicatorView[];
};

export type ItemMap = Y.Map<unknown>;

/** The plan's root types. */
export function planRoots(doc: Y.Doc) {
  return {
    meta: doc.getMap<unknown>('meta'),
    goals: doc.getMap<ItemMap>('goals'),
    actions: doc.getMap<ItemMap>('actions'),
  };
}

/**
 * Whether an item was removed. Its map stays, with everything in it and the ids of every word, so that undo and two
 * people at once have nothing to copy; but it is not shown, not counted and not written in.
 */
export function isRemoved(item: ItemMap): boolean {
  return item.get('removed') === true;
}

/** The items of a map of goals, actions, funding lines or indicators, by id, in no order, without those removed. */
export function* presentItems(items: unknown): Generator<[id: string, item: ItemMap]> {
  if (!(items instanceof Y.Map)) return;
  for (const [id, item] of items.entries()) if (item instanceof Y.Map && !isRemoved(item)) yield [id, item];
}

/** An item by its id; null when there is none or it was removed. */
export function presentItem(items: unknown, id: string): ItemMap | null {
  const item: unknown = items instanceof Y.Map ? items.get(id) : null;
  return item instanceof Y.Map && !isRemoved(item) ? item : null;
}

/** An item that was removed, by its id; null when there is none or it is in the plan. */
export function removedItem(items: unknown, id: string): ItemMap | null {
  const item: unknown = items instanceof Y.Map ? items.get(id) : null;
  return item instanceof Y.Map && isRemoved(item) ? item : null;
}

/** The actions that were removed and can be restored, in the order in which they stood. */
export function readRemovedActions(doc: Y.Doc): ActionView[] {
  const { actions } = planRoots(doc);
  return [...actions.entries()]
    .filter(([, item]) => item instanceof Y.Map && isRemoved(item))
    .map(([id, item]) => readAction(id, item))
    .sort(byOrder);
}

/** The whole plan, goals and actions in order. */
export function readPlan(doc: Y.Doc): PlanView {
  const { meta, goals, actions } = planRoots(doc);
  return {
    title: readText(meta.get('title')),
    goals: items(goals, readGoal),
    actions: items(actions, readAction),
  };
}

export function readGoal(id: string, map: ItemMap): GoalView {
  return { id, title: readText(map.get('title')), order: readOrder(map) };
}

export function readAction(id: string, map: ItemMap): ActionView {
  return {
    id,
    title: readText(map.get('title')),
    body: readText(map.get('body')).trimEnd(),
    goal: field(map, 'goal', ACTION_FIELDS.goal, null) ?? null,
    order: readOrder(map),
    status: field(map, 'status', ACTION_FIELDS.status, DEFAULTS.status),
    horizon: field(map, 'horizon', ACTION_FIELDS.horizon, null) ?? null,
    starts: field(map, 'starts', ACTION_FIELDS.starts, null) ?? null,
    ends: field(map, 'ends', ACTION_FIELDS.ends, null) ?? null,
    responsible: readSet(map.get('responsible')),
    partners: readSet(map.get('partners')),
    funding: items(map.get('funding'), readFunding),
    indicators: items(map.get('indicators'), readIndicator),
  };
}

/** Where an item stands among others of its kind. */
export function readOrder(map: ItemMap): string {
  return field(map, 'order', GOAL_FIELDS.order, DEFAULTS.order);
}

function readFunding(id: string, map: ItemMap): FundingView {
  return {
    id,
    source: field(map, 'source', FUNDING_FIELDS.source, DEFAULTS.source),
    funder: field(map, 'funder', FUNDING_FIELDS.funder, null) ?? null,
    form: field(map, 'form', FUNDING_FIELDS.form, DEFAULTS.form),
    stage: field(map, 'stage', FUNDING_FIELDS.stage, DEFAULTS.stage),
    cents: field(map, 'cents', FUNDING_FIELDS.cents, null) ?? null,
    hours: field(map, 'hours', FUNDING_FIELDS.hours, null) ?? null,
    note: readText(map.get('note')),
    order: readOrder(map),
  };
}

function readIndicator(id: string, map: ItemMap): IndicatorView {
  return {
    id,
    name: readText(map.get('name')),
    unit: field(map, 'unit', INDICATOR_FIELDS.unit, null) ?? null,
    baseline: field(map, 'baseline', INDICATOR_FIELDS.baseline, null) ?? null,
    target: field(map, 'target', INDICATOR_FIELDS.target, null) ?? null,
    order: readOrder(map),
  };
}

function items<T extends { id: string; order: string }>(map: unknown, read: (id: string, map: ItemMap) => T): T[] {
  return Array.from(presentItems(map), ([id, item]) => read(id, item)).sort(byOrder);
}

/** The characters of a text; none where there is no text. */
export function readText(value: unknown): string {
  return value instanceof Y.Text ? value.toString() : '';
}

function readSet(value: unknown): string[] {
  if (!(value instanceof Y.Map)) return [];
  return [...value.entries()]
    .filter(([, on]) => on === true)
    .map(([id]) => id)
    .sort();
}

function field<S extends v.GenericSchema, D>(map: ItemMap, name: string, schema: S, fallback: D): v.InferOutput<S> | D {
  const value = map.get(name);
  if (value === undefined) return fallback;
  const result = v.safeParse(schema, value);
  return result.success ? result.output : fallback;
}
