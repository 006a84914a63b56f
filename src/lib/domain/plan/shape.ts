import * as v from 'valibot';
import { ACTION_FIELDS, DEFAULTS, FUNDING_FIELDS, GOAL_FIELDS, INDICATOR_FIELDS } from './schema.ts';

/** What stands where in a plan: the Yjs types and values under each root. */
export type Shape =
  /** Y.Text of at most so many UTF-16 units. */
  | { kind: 'text'; limit: number }
  /** A plain value; one that is not valid gives way to the fallback, or to nothing. */
  | { kind: 'value'; schema: v.GenericSchema; fallback: string | null }
  /** Y.Map with these keys. Texts and maps among them are always there. */
  | { kind: 'item'; fields: Readonly<Record<string, Shape>> }
  /** Y.Map by id. */
  | { kind: 'entries'; entry: Shape };

/** Far beyond what people write; what is longer is cut off. */
const LIMITS = { line: 2_000, note: 10_000, body: 500_000 };

const line: Shape = { kind: 'text', limit: LIMITS.line };
const note: Shape = { kind: 'text', limit: LIMITS.note };
const body: Shape = { kind: 'text', limit: LIMITS.body };
const organisations = entries({ kind: 'value', schema: v.literal(true), fallback: null });

export const PLAN_SHAPE: Readonly<Record<string, Shape>> = {
  meta: { kind: 'item', fields: { title: line, ...values({ schema: v.number() }) } },
  goals: entries({ kind: 'item', fields: { title: line, body, ...values(GOAL_FIELDS) } }),
  actions: entries({
    kind: 'item',
    fields: {
      title: line,
      body,
      ...values(ACTION_FIELDS),
      responsible: organisations,
      partners: organisations,
      funding: entries({ kind: 'item', fields: { note, ...values(FUNDING_FIELDS) } }),
      indicators: entries({ kind: 'item', fields: { name: line, ...values(INDICATOR_FIELDS) } }),
    },
  }),
};

/** What may stand under a key; null: nothing. */
export function shapeUnder(shape: Shape, key: string): Shape | null {
  if (shape.kind === 'entries') return shape.entry;
  if (shape.kind === 'item') return Object.hasOwn(shape.fields, key) ? (shape.fields[key] ?? null) : null;
  return null;
}

/** What stands at a path from a root; null: nothing may. */
export function shapeAt([root = '', ...keys]: readonly string[]): Shape | null {
  let shape = Object.hasOwn(PLAN_SHAPE, root) ? (PLAN_SHAPE[root] ?? null) : null;
  for (const key of keys) shape = shape && shapeUnder(shape, key);
  return shape;
}

function entries(entry: Shape): Shape {
  return { kind: 'entries', entry };
}

function values(schemas: Readonly<Record<string, v.GenericSchema>>): Record<string, Shape> {
  const fallbacks: Readonly<Record<string, string>> = DEFAULTS;
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      { kind: 'value', schema, fallback: fallbacks[name] ?? null } satisfies Shape,
    ]),
  );
}
