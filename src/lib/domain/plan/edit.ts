import * as Y from 'yjs';
import { newId } from '../ids.ts';
import { byOrder, placeAt } from '../order.ts';
import { isRemoved, planRoots, presentItem, presentItems, readOrder, type ItemMap } from './read.ts';
import { DEFAULTS, PLAN_SCHEMA, type Form, type Horizon, type Source, type Stage, type Status } from './schema.ts';

// Commands: one function, one transaction (adding an item takes two). Setting what is already there writes nothing, and
// so does a command about an item that is not there or was removed. `origin` tells the undo manager whose change it is.

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
  return add(doc, goals, { title: text(title), body: body() }, place, origin);
}

export function moveGoal(doc: Y.Doc, id: string, place: Place, origin?: unknown): void {
  const { goals } = planRoots(doc);
  doc.transact(() => put(goals, id, place), origin);
}

/** Removes a goal. Its actions stay, without a goal. */
export function removeGoal(doc: Y.Doc, id: string, origin?: unknown): void {
  remove(doc, planRoots(doc).goals, id, origin);
}

export function restoreGoal(doc: Y.Doc, id: string, origin?: unknown): void {
  restore(doc, planRoots(doc).goals, id, origin);
}

export function addAction(
  doc: Y.Doc,
  values: { title: string } & Partial<ActionFields>,
  place: Place = {},
  origin?: unknown,
): string {
  const { actions } = planRoots(doc);
  const { title, ...fields } = values;
  const whole = {
    title: text(title),
    body: body(),
    status: DEFAULTS.status,
    ...fields,
    responsible: map({}),
    partners: map({}),
    funding: map({}),
    indicators: map({}),
  };
  return add(doc, actions, whole, place, origin);
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
    const action = presentItem(actions, id);
    for (const [name, value] of Object.entries(fields)) set(action, name, value);
    put(actions, id, place);
  }, origin);
}

export function setAction(doc: Y.Doc, id: string, fields: Partial<ActionFields>, origin?: unknown): void {
  const action = presentItem(planRoots(doc).actions, id);
  doc.transact(() => {
    for (const [name, value] of Object.entries(fields)) set(action, name, value);
  }, origin);
}

export function removeAction(doc: Y.Doc, id: string, origin?: unknown): void {
  remove(doc, planRoots(doc).actions, id, origin);
}

export function restoreAction(doc: Y.Doc, id: string, origin?: unknown): void {
  restore(doc, planRoots(doc).actions, id, origin);
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
  const organisations = presentItem(planRoots(doc).actions, actionId)?.get(role);
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

export function removeFunding(doc: Y.Doc, actionId: string, fundingId: string, origin?: unknown): void {
  remove(doc, partsOf(doc, actionId, 'funding'), fundingId, origin);
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

export function removeIndicator(doc: Y.Doc, actionId: string, indicatorId: string, origin?: unknown): void {
  remove(doc, partsOf(doc, actionId, 'indicators'), indicatorId, origin);
}

type Parts = 'funding' | 'indicators';

function partsOf(doc: Y.Doc, actionId: string, kind: Parts): Y.Map<ItemMap> | null {
  const parts = presentItem(planRoots(doc).actions, actionId)?.get(kind);
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
  return add(doc, parts, values(), {}, origin);
}

function setPart(
  doc: Y.Doc,
  actionId: string,
  kind: Parts,
  id: string,
  fields: Record<string, unknown>,
  origin: unknown,
): void {
  const part = presentItem(partsOf(doc, actionId, kind), id);
  doc.transact(() => {
    for (const [name, value] of Object.entries(fields)) set(part, name, value);
  }, origin);
}

/** Origin of the first transaction of an item that is added. No undo manager tracks it. */
const BEFORE_IT_IS_SHOWN = Symbol('an item that is not shown yet');

/**
 * Adds an item: first whole, but as a removed one, then shown. Only the second transaction is the person's. So undo
 * removes the item as `remove` does, and its map stays: when Yjs brings a deleted map back it makes copies of all that
 * was in it, under new ids. Nobody sees half an item in between.
 */
function add(
  doc: Y.Doc,
  items: Y.Map<ItemMap>,
  values: Record<string, unknown>,
  place: Place,
  origin: unknown,
): string {
  if (doc._transaction) throw new Error('An item is added in transactions of its own');
  const id = newId();
  const item = doc.transact(
    () => items.set(id, map({ ...values, order: makePlace(items, place), removed: true })),
    BEFORE_IT_IS_SHOWN,
  );
  doc.transact(() => item.set('removed', false), origin);
  return id;
}

function remove(doc: Y.Doc, items: Y.Map<ItemMap> | null, id: string, origin: unknown): void {
  const item = presentItem(items, id);
  if (item) doc.transact(() => item.set('removed', true), origin);
}

function restore(doc: Y.Doc, items: Y.Map<ItemMap>, id: string, origin: unknown): void {
  const item = items.get(id);
  if (item instanceof Y.Map && isRemoved(item)) doc.transact(() => item.set('removed', false), origin);
}

function set(item: ItemMap | null, name: string, value: unknown): void {
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

/** Moves an item. */
function put(items: Y.Map<ItemMap>, id: string, place: Place): void {
  const item = presentItem(items, id);
  if (item) set(item, 'order', makePlace(items, place, id));
}

/** The key for a place among items. Where there is none the items around it are given new ones. */
function makePlace(siblings: Y.Map<ItemMap>, place: Place, self?: string): string {
  const ordered = [...presentItems(siblings)]
    .filter(([id]) => id !== self)
    .map(([id, item]) => ({ id, order: readOrder(item) }))
    .sort(byOrder);
  const index = place.after === undefined ? ordered.length : ordered.findIndex(({ id }) => id === place.after) + 1;
  const { order, others } = placeAt(ordered, index);
  for (const [id, key] of others) set(presentItem(siblings, id), 'order', key);
  return order;
}
