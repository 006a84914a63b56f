import * as Y from 'yjs';
import {
  addAction,
  addFunding,
  addGoal,
  addIndicator,
  moveAction,
  moveGoal,
  removeAction,
  removeFunding,
  removeGoal,
  removeIndicator,
  seedPlan,
  setAction,
  setFunding,
  setIndicator,
  setOrganisation,
} from '#domain/plan/edit.ts';
import { planRoots, presentItem, presentItems, type ItemMap } from '#domain/plan/read.ts';
import { FORMS, HORIZONS, PLAN_ROOTS, SOURCES, STAGES, STATUSES } from '#domain/plan/schema.ts';
import { BLOCKS } from '#domain/rich-text.ts';
import { isLowSurrogate } from '#domain/surrogates.ts';
import { inspectUpdate, type GateContext, type Verdict } from '#server/documents/gate/gate.ts';
import { DEFAULT_LIMITS } from '#server/documents/limits.ts';
import { findRepairs } from '#server/documents/room/repair.ts';
import { textsOf } from './letters.ts';
import type { Random } from './random.ts';

// People who write one plan honestly, through real documents: several devices each, without network for a while, closed
// and opened again, undoing and redoing, with lost and merged messages and answers of all lengths. Some use a program
// of their own that deletes the map of an item where the app only says that it is removed.

/** The server's client id. */
export const SERVER = 1;

/** One update that reached the server, and how the gate saw it. */
export type Arrival = {
  how: 'update' | 'difference' | 'full state' | 'merged' | 'echo';
  update: Uint8Array;
  personId: string;
  verdict: Verdict;
  /** State of the server before, to take it up again. */
  before: () => Uint8Array;
  owners: ReadonlyMap<number, string>;
};

const ORGANISATIONS = ['kekava', 'daugavkrasts', 'mezinieki'];
const WORDS = ['Talka', 'pie', 'upes', 'ķēde', 'šūpoles', 'bērniem', '😀', '👩🏽‍🌾', 'ī', 'a', ' ', '\n', '<b>x</b>'];
const ATTRIBUTES: Record<string, unknown>[] = [
  { bold: true },
  { bold: null },
  { italic: true },
  { italic: null, bold: true },
  { link: 'https://kekava.lv/ķ?a=1&b=2' },
  { link: null },
  { block: 'heading1' },
  { block: 'bullet', indent: 2 },
  { block: null, indent: null },
];

class Device {
  readonly personId: string;
  readonly #gc: boolean;
  /** Whether items go as in the app; a program of somebody's own deletes their maps. */
  readonly isApp: boolean;
  doc: Y.Doc;
  #undo: Y.UndoManager;
  readonly origin = {};
  online = true;
  /** Messages to the server that are not sent yet. */
  outbox: Uint8Array[] = [];
  /** Whether a message got lost since the last full exchange. */
  lossy = false;

  constructor(personId: string, clientId: number, state: Uint8Array, { gc, isApp }: { gc: boolean; isApp: boolean }) {
    this.personId = personId;
    this.#gc = gc;
    this.isApp = isApp;
    [this.doc, this.#undo] = this.#open(clientId, state);
  }

  /** Closes the browser and opens it again: a fresh client id on what was kept. */
  reopen(clientId: number): void {
    const state = Y.encodeStateAsUpdate(this.doc);
    this.doc.destroy();
    this.outbox = [];
    [this.doc, this.#undo] = this.#open(clientId, state);
  }

  undo(): void {
    this.#undo.undo();
  }

  redo(): void {
    this.#undo.redo();
  }

  forgetUndo(): void {
    this.#undo.clear();
  }

  #open(clientId: number, state: Uint8Array): [Y.Doc, Y.UndoManager] {
    const doc = new Y.Doc({ gc: this.#gc });
    doc.clientID = clientId;
    const roots = Object.keys(PLAN_ROOTS).map((name) => doc.getMap(name));
    Y.applyUpdate(doc, state, 'remote');
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') this.outbox.push(update);
    });
    return [doc, new Y.UndoManager(roots, { trackedOrigins: new Set([this.origin]), captureTimeout: 0 })];
  }
}

export class HonestWorld {
  readonly server = new Y.Doc();
  readonly owners = new Map<number, string>();
  readonly devices: Device[] = [];
  /** Repairs that the server would have made. */
  repairs = 0;
  readonly #random: Random;
  readonly #arrived: (arrival: Arrival) => void;
  /** Share of the edits that everybody makes in one and the same text. */
  readonly #crowding: number;
  #nextClient = 1000;

  constructor(random: Random, arrived: (arrival: Arrival) => void, crowding = 0) {
    this.#random = random;
    this.#crowding = crowding;
    this.#arrived = arrived;
    this.server.clientID = SERVER;
    seedPlan(this.server, 'Sadarbības rīcības plāns');
    // What Yjs tidies up by itself after a change (doubled formatting) goes to everybody, too.
    this.server.on('afterTransaction', (transaction: Y.Transaction) => {
      this.repairs += findRepairs(this.server, transaction).length;
    });
    this.server.on('update', (update: Uint8Array, origin: unknown) => this.#broadcast(update, origin));
    for (const personId of ['anna', 'juris', 'anna', 'zane', 'piotr']) {
      // Some clients keep what is deleted.
      const habits = { gc: random.chance(0.8), isApp: random.chance(0.7) };
      const device = new Device(personId, this.#client(), Y.encodeStateAsUpdate(this.server), habits);
      this.devices.push(device);
    }
  }

  context(): GateContext {
    return contextOf(this.server, this.owners);
  }

  /** One thing happens. */
  step(): void {
    const random = this.#random;
    const device = random.pick(this.devices);
    const dice = random.next();
    if (dice < 0.75) this.#edit(device);
    else if (dice < 0.8) device.online = false;
    else if (dice < 0.9 && !device.online) this.#connect(device, true);
    else if (dice < 0.92) device.reopen(this.#client());
    else if (dice < 0.94) device.lossy = device.outbox.splice(random.below(device.outbox.length + 1), 1).length > 0;
    else if (dice < 0.95) device.forgetUndo();
    if (device.online && random.chance(0.8)) this.#send(device);
  }

  /** Everybody comes online; afterwards all documents are equal. */
  settle(): void {
    for (let round = 0; round < 3; round++) for (const device of this.devices) this.#connect(device, false);
  }

  #client(): number {
    // As far apart as Yjs makes them, and close together.
    return this.#random.chance(0.5) ? this.#nextClient++ : 2 ** 20 + this.#random.below(2 ** 31);
  }

  #send(device: Device): void {
    const updates = device.outbox.splice(0);
    if (updates.length > 1 && !device.lossy && this.#random.chance(0.3))
      this.#receive(device, 'merged', Y.mergeUpdates(updates));
    else for (const update of updates) this.#receive(device, 'update', update);
  }

  #edit(device: Device): void {
    if (this.#random.chance(this.#crowding)) editText(device, this.#random, [titleOf(device.doc)], 6);
    else edit(device, this.#random);
  }

  #connect(device: Device, editing: boolean): void {
    device.online = true;
    const state = Y.encodeStateVector(this.server);
    Y.applyUpdate(device.doc, Y.encodeStateAsUpdate(this.server, Y.encodeStateVector(device.doc)), 'remote');
    // The person goes on writing, in what came, before what they wrote without network has gone out.
    while (editing && this.#random.chance(0.7)) this.#edit(device);
    if (this.#random.chance(0.3)) return this.#receive(device, 'full state', Y.encodeStateAsUpdate(device.doc));
    if (this.#random.chance(0.3)) this.#send(device);
    this.#receive(device, 'difference', Y.encodeStateAsUpdate(device.doc, state));
    device.outbox = [];
    device.lossy = false;
  }

  #receive(device: Device, how: Arrival['how'], update: Uint8Array): void {
    const state = memo(() => Y.encodeStateAsUpdate(this.server));
    const owners = new Map(this.owners);
    const kept = this.#random.chance(0.05) ? state() : null;
    const verdict = inspectUpdate(update, device, this.context());
    this.#arrived({ how, update, personId: device.personId, verdict, before: () => kept ?? state(), owners });
    if (verdict.kind === 'gap') {
      const answer = Y.encodeStateAsUpdate(device.doc, Y.encodeStateVector(this.server));
      if (how !== 'difference') this.#receive(device, 'difference', answer);
      device.lossy = false;
      return;
    }
    if (verdict.kind !== 'accept') return;
    for (const client of verdict.clients) this.owners.set(client, device.personId);
    Y.applyUpdate(this.server, verdict.update, device);
    // A client sends back what it was sent, or the same thing twice.
    if (this.#random.chance(0.05)) this.#receive(this.#random.pick(this.devices), 'echo', update);
  }

  #broadcast(update: Uint8Array, from: unknown): void {
    for (const device of this.devices) {
      if (device.online && device !== from) Y.applyUpdate(device.doc, update, 'remote');
    }
  }
}

export function contextOf(doc: Y.Doc, owners: ReadonlyMap<number, string>): GateContext {
  return {
    doc,
    ownerOf: (client) => (client === SERVER ? 'server' : (owners.get(client) ?? null)),
    roots: PLAN_ROOTS,
    limits: DEFAULT_LIMITS,
    documentBytes: 0,
  };
}

function memo<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}

/** One random edit, as the app makes them. */
function edit(device: Device, random: Random): void {
  const { doc, origin } = device;
  const roots = planRoots(doc);
  const goals = idsOf(roots.goals);
  const actions = idsOf(roots.actions);
  const dice = random.next();
  if (dice < 0.06) device.undo();
  else if (dice < 0.1) device.redo();
  else if (dice < 0.13 || goals.length === 0) {
    if (goals.length < 6) addGoal(doc, words(random), random.chance(0.5) ? {} : { after: null }, origin);
    else takeAway(device, roots.goals, random.pick(goals), removeGoal);
  } else if (dice < 0.18 || actions.length === 0) {
    if (actions.length < 12) addAction(doc, { title: words(random), goal: random.pick(goals) }, {}, origin);
    else takeAway(device, roots.actions, random.pick(actions), removeAction);
  } else if (dice < 0.55) editText(device, random, textsOf(doc));
  else editFields(device, random.pick(actions), random, goals);
}

function idsOf(items: unknown): string[] {
  return Array.from(presentItems(items), ([id]) => id);
}

function takeAway(
  { doc, origin, isApp }: Device,
  items: Y.Map<ItemMap>,
  id: string,
  remove: (doc: Y.Doc, id: string, origin: unknown) => void,
): void {
  if (isApp) remove(doc, id, origin);
  else doc.transact(() => items.delete(id), origin);
}

function editFields(device: Device, action: string, random: Random, goals: string[]): void {
  const { doc, origin } = device;
  const { actions } = planRoots(doc);
  const parts = (kind: string) => presentItem(actions, action)?.get(kind) as Y.Map<ItemMap>;
  const funding = idsOf(parts('funding'));
  const indicators = idsOf(parts('indicators'));
  switch (random.below(12)) {
    case 0:
      return setAction(doc, action, { status: random.pick(STATUSES), horizon: random.pick(HORIZONS) }, origin);
    case 1:
      return setAction(doc, action, { starts: '2025-03-01', ends: random.chance(0.5) ? '2025-12-31' : null }, origin);
    case 2:
      return moveAction(doc, action, { after: null }, { status: random.pick(STATUSES) }, origin);
    case 3:
      return moveGoal(doc, random.pick(goals), { after: random.pick(goals) }, origin);
    case 4:
    case 5: {
      const role = random.chance(0.5) ? 'responsible' : 'partners';
      return setOrganisation(doc, action, role, random.pick(ORGANISATIONS), random.chance(0.7), origin);
    }
    case 6:
      addFunding(doc, action, { source: random.pick(SOURCES), cents: random.below(1e9) }, words(random), origin);
      return;
    case 7:
      if (funding.length === 0) return;
      if (random.chance(0.3))
        return takeAway(device, parts('funding'), random.pick(funding), (doc, id, origin) =>
          removeFunding(doc, action, id, origin),
        );
      return setFunding(
        doc,
        action,
        random.pick(funding),
        { hours: random.below(1000) / 8, form: random.pick(FORMS), stage: random.pick(STAGES), funder: words(random) },
        origin,
      );
    case 8:
      addIndicator(doc, action, words(random), { unit: 'gab.', baseline: -1.5, target: random.below(100) }, origin);
      return;
    case 9:
      if (indicators.length === 0) return;
      if (random.chance(0.3))
        return takeAway(device, parts('indicators'), random.pick(indicators), (doc, id, origin) =>
          removeIndicator(doc, action, id, origin),
        );
      return setIndicator(doc, action, random.pick(indicators), { target: random.next() * 1e12 }, origin);
    case 10:
      // The same field over and over, in one go.
      for (const status of STATUSES) setAction(doc, action, { status }, origin);
      return;
    default:
      if (random.chance(0.3)) takeAway(device, actions, action, removeAction);
  }
}

function titleOf(doc: Y.Doc): Y.Text {
  return doc.getMap('meta').get('title') as Y.Text;
}

/** @param reach how far from its beginning a text is changed */
function editText({ doc, origin }: Device, random: Random, texts: Y.Text[], reach = Infinity): void {
  if (texts.length === 0) return;
  const text = random.pick(texts);
  doc.transact(() => {
    for (let count = 1 + random.below(4); count > 0; count--) editOnce(text, random, reach);
  }, origin);
}

function editOnce(text: Y.Text, random: Random, reach: number): void {
  if (text.length > 800) return text.delete(0, whole(text, 400));
  const at = whole(text, random.below(Math.min(text.length + 1, reach)));
  const length = whole(text, Math.min(at + random.below(8), text.length)) - at;
  switch (random.below(5)) {
    case 0:
      if (length > 0) text.delete(at, length);
      return;
    case 1:
      if (length > 0) text.format(at, length, random.pick(ATTRIBUTES));
      return;
    case 2:
      return text.insert(at, '\n', { block: random.pick(BLOCKS) });
    case 3:
      return text.applyDelta([{ retain: at }, { insert: words(random), attributes: { bold: true } }]);
    default:
      // Typing: one character after the other.
      for (const character of words(random)) text.insert(at, character);
  }
}

/** The position, or the one before it if it would cut a surrogate pair: Yjs loses the character then. */
function whole(text: Y.Text, at: number): number {
  return isLowSurrogate(text.toString().charCodeAt(at)) ? at - 1 : at;
}

function words(random: Random): string {
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(WORDS)).join(' ');
}
