import * as Y from 'yjs';
import { newId } from '../ids.ts';
import { byOrder, orderBetween } from '../order.ts';
import { planRoots, type ItemMap } from './read.ts';
import { DEFAULTS, PLAN_SCHEMA, type Form, type Horizon, type Source, type Stage, type Status } from './schema.ts';

// Commands: one function, one transaction. Items are created whole; setting what is already there writes nothing.
// `origin` tells the undo manager and the provider whose change it is.

/** Fields of an action that hold one value. */
export type ActionFields = {
  goal: string | null;
  status: Status;
  horizon: Horizon | null;
  starts: string | null;
  ends: string | null;
};
export type FundingFields = {
  source: Source;
  funder: string | null;
  form: Form;
  stage: Stage;
  cents: number | null;
  hours: number | null;
};
export type IndicatorFields = { unit: string | null; baseline: number | null; target: number | null };

/** Where to put an item: behind `after` (an item id); null puts it first, undefined last. */
export type Place = { after?: string | null };

/** Seeds a new plan. Only the server calls this, once, under its own client id. */
export function seedPlan(doc: Y.Doc, title: string, origin?: unknown): void {
  doc.transact(() => {
    const { meta } = planRoots(doc);
    meta.set('schema', PLAN_SCHEMA);
    meta.set('title', text(title));
  }, origin);
}

export function addGoal(doc: Y.Doc, title: string, place: Place = {}, origin?: unknown): string {
  const { goals } = planRoots(doc);
  const id = newId();
  doc.transact(() => {
    goals.set(id, map({ title: text(title), body: body(), order: orderFor(goals, place) }));
  }, origin);
  return id;
}

export function moveGoal(doc: Y.Doc, id: string, place: Place, origin?: unknown): void {
  const { goals } = planRoots(doc);
  doc.transact(() => set(goals.get(id), 'order', orderFor(goals, place, id)), origin);
}

/** Deletes a goal. Its actions stay, without a goal. */
export function deleteGoal(doc: Y.Doc, id: string, origin?: unknown): void {
  doc.transact(() => planRoots(doc).goals.delete(id), origin);
}

export function addAction(
  doc: Y.Doc,
  values: { title: string } & Partial<ActionFields>,
  place: Place = {},
  origin?: unknown,
): string {
  const { actions } = planRoots(doc);
  const id = newId();
  const { title, ...fields } = values;
  doc.transact(() => {
    actions.set(
      id,
      map({
        title: text(title),
        body: body(),
        status: DEFAULTS.status,
        ...fields,
        order: orderFor(actions, place),
        responsible: map({}),
        partners: map({}),
        funding: map({}),
        indicators: map({}),
      }),
    );
  }, origin);
  return id;
}

/** Moves an action among the others and, where `fields` say so, to another goal or status. One step for undo. */
export function moveAction(
  doc: Y.Doc,
  id: string,
  place: Place,
  fields: Partial<Pick<ActionFields, 'goal' | 'status'>> = {},
  origin?: unknown,
): void {
  const { actions } = planRoots(doc);
  doc.transact(() => {
    const action = actions.get(id);
    for (const [name, value] of Object.entries(fields)) set(action, name, value);
    set(action, 'order', orderFor(actions, place, id));
  }, origin);
}

export function setAction(doc: Y.Doc, id: string, fields: Partial<ActionFields>, origin?: unknown): void {
  const action = planRoots(doc).actions.get(id);
  doc.transact(() => {
    for (const [name, value] of Object.entries(fields)) set(action, name, value);
  }, origin);
}

export function deleteAction(doc: Y.Doc, id: string, origin?: unknown): void {
  doc.transact(() => planRoots(doc).actions.delete(id), origin);
}

/** Names an organisation as responsible or partner of an action, or takes it back. */
export function setOrganisation(
  doc: Y.Doc,
  actionId: string,
  role: 'responsible' | 'partners',
  organisationId: string,
  on: boolean,
  origin?: unknown,
): void {
  const organisations = planRoots(doc).actions.get(actionId)?.get(role);
  if (!(organisations instanceof Y.Map)) return;
  doc.transact(() => {
    if (on) set(organisations, organisationId, true);
    else if (organisations.has(organisationId)) organisations.delete(organisationId);
  }, origin);
}

export function addFunding(
  doc: Y.Doc,
  actionId: string,
  fields: Partial<FundingFields>,
  note = '',
  origin?: unknown,
): string | null {
  return addPart(doc, actionId, 'funding', origin, () => ({
    source: DEFAULTS.source,
    form: DEFAULTS.form,
    stage: DEFAULTS.stage,
    ...fields,
    note: text(note),
  }));
}

export function setFunding(
  doc: Y.Doc,
  actionId: string,
  fundingId: string,
  fields: Partial<FundingFields>,
  origin?: unknown,
): void {
  setPart(doc, actionId, 'funding', fundingId, fields, origin);
}

export function deleteFunding(doc: Y.Doc, actionId: string, fundingId: string, origin?: unknown): void {
  deletePart(doc, actionId, 'funding', fundingId, origin);
}

export function addIndicator(
  doc: Y.Doc,
  actionId: string,
  name: string,
  fields: Partial<IndicatorFields> = {},
  origin?: unknown,
): string | null {
  return addPart(doc, actionId, 'indicators', origin, () => ({ ...fields, name: text(name) }));
}

export function setIndicator(
  doc: Y.Doc,
  actionId: string,
  indicatorId: string,
  fields: Partial<IndicatorFields>,
  origin?: unknown,
): void {
  setPart(doc, actionId, 'indicators', indicatorId, fields, origin);
}

export function deleteIndicator(doc: Y.Doc, actionId: string, indicatorId: string, origin?: unknown): void {
  deletePart(doc, actionId, 'indicators', indicatorId, origin);
}

type Parts = 'funding' | 'indicators';

function partsOf(doc: Y.Doc, actionId: string, kind: Parts): Y.Map<ItemMap> | null {
  const parts = planRoots(doc).actions.get(actionId)?.get(kind);
  return parts instanceof Y.Map ? (parts as Y.Map<ItemMap>) : null;
}

function addPart(
  doc: Y.Doc,
  actionId: string,
  kind: Parts,
  origin: unknown,
  values: () => Record<string, unknown>,
): string | null {
  const parts = partsOf(doc, actionId, kind);
  if (!parts) return null;
  const id = newId();
  doc.transact(() => parts.set(id, map({ ...values(), order: orderFor(parts, {}) })), origin);
  return id;
}

function setPart(
  doc: Y.Doc,
  actionId: string,
  kind: Parts,
  id: string,
  fields: Record<string, unknown>,
  origin: unknown,
): void {
  const part = partsOf(doc, actionId, kind)?.get(id);
  doc.transact(() => {
    for (const [name, value] of Object.entries(fields)) set(part, name, value);
  }, origin);
}

function deletePart(doc: Y.Doc, actionId: string, kind: Parts, id: string, origin: unknown): void {
  const parts = partsOf(doc, actionId, kind);
  if (parts?.has(id)) doc.transact(() => parts.delete(id), origin);
}

function set(item: ItemMap | undefined, name: string, value: unknown): void {
  if (!item || value === undefined) return;
  if ((item.get(name) ?? null) !== value) item.set(name, value);
}

function map(values: Record<string, unknown>): ItemMap {
  return new Y.Map(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

function text(value: string): Y.Text {
  return new Y.Text(value);
}

/** Rich text: every block ends with a line break that carries the block's attributes. White space is not counted. */
function body(): Y.Text {
  return new Y.Text('\n');
}

function orderFor(siblings: Y.Map<ItemMap>, place: Place, self?: string): string {
  const ordered = [...siblings.entries()]
    .filter(([id, item]) => id !== self && item instanceof Y.Map)
    .map(([id, item]) => ({ id, order: String(item.get('order') ?? DEFAULTS.order) }))
    .sort(byOrder);
  if (place.after === undefined) return orderBetween(ordered.at(-1)?.order ?? null, null);
  const index = place.after === null ? -1 : ordered.findIndex((item) => item.id === place.after);
  return orderBetween(ordered[index]?.order ?? null, ordered[index + 1]?.order ?? null);
}
