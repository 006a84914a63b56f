import * as v from 'valibot';
import { LONGEST_KEY } from '../order.ts';

/** Version of the plan's shape; an older client is refused (4409). Changes are additive. */
export const PLAN_SCHEMA = 1;

/** Root types of a plan document. Nothing else may be written. */
export const PLAN_ROOTS = { meta: 'map', goals: 'map', actions: 'map' } as const;

export const STATUSES = ['planned', 'running', 'done', 'postponed', 'cancelled'] as const;
export type Status = (typeof STATUSES)[number];

/** When an action bears fruit: soon, or as long-term change. */
export const HORIZONS = ['soon', 'long-term'] as const;
export type Horizon = (typeof HORIZONS)[number];

/** Where money comes from. Everything but `municipal` is attracted. `mixed`: several funders of one amount. */
export const SOURCES = ['municipal', 'own', 'private', 'national', 'eu', 'mixed'] as const;
export type Source = (typeof SOURCES)[number];

export const FORMS = ['cash', 'in-kind', 'volunteer'] as const;
export type Form = (typeof FORMS)[number];

export const STAGES = ['planned', 'applied', 'granted', 'received'] as const;
export type Stage = (typeof STAGES)[number];

/** How much fields take at most: characters of a line, cents, hours. */
export const MOST = { line: 200, cents: 1e12, hours: 1e6 } as const;

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/));
const order = v.pipe(v.string(), v.regex(/^[0-9A-Za-z]+$/), v.maxLength(LONGEST_KEY));
// The pattern alone would let 31 February pass.
const isoDate = v.pipe(v.string(), v.isoDate(), v.check(isInCalendar));
const line = v.pipe(v.string(), v.maxLength(MOST.line));
const amount = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MOST.cents));
const figure = v.pipe(v.number(), v.finite());
/** Removed items keep everything that is in them. Absent: there. */
const removed = v.optional(v.boolean());
const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema));

/** Scalar fields of each kind of item, with what the server accepts in them. */
export const GOAL_FIELDS = { order, removed } as const;

export const ACTION_FIELDS = {
  goal: maybe(id),
  order,
  status: v.picklist(STATUSES),
  horizon: maybe(v.picklist(HORIZONS)),
  starts: maybe(isoDate),
  ends: maybe(isoDate),
  removed,
} as const;

export const FUNDING_FIELDS = {
  source: v.picklist(SOURCES),
  funder: maybe(line),
  form: v.picklist(FORMS),
  stage: v.picklist(STAGES),
  /** Cents of a euro, integer. */
  cents: maybe(amount),
  hours: maybe(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MOST.hours))),
  order,
  removed,
} as const;

export const INDICATOR_FIELDS = {
  unit: maybe(line),
  baseline: maybe(figure),
  target: maybe(figure),
  order,
  removed,
} as const;

/** Values that stand in for a field that is missing or not valid. */
export const DEFAULTS = {
  order: 'a0',
  status: 'planned',
  source: 'municipal',
  form: 'cash',
  stage: 'planned',
} as const satisfies Record<string, string>;

function isInCalendar(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
