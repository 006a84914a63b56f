import { expect, test, onTestFinished, vi } from 'vitest';
import * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import { isBroughtBack } from '#server/documents/gate/brought-back.ts';
import { inspectUpdate, type Accepted } from '#server/documents/gate/gate.ts';
import { DEFAULT_LIMITS } from '#server/documents/limits.ts';
import { contextOf, HonestWorld, SERVER, type Arrival } from './honest.ts';
import { textsOf } from './letters.ts';
import { mutate, type Material } from './mutate.ts';
import { Random } from './random.ts';

// SPEC.md G1: whatever is accepted keeps the document whole; whatever is not accepted changes nothing.

/** Share of accepted updates that are also tried in another order. */
const CLOSELY = Number(process.env.GATE_CLOSELY ?? 0.2);
const WORLDS = 6;
const STEPS = 60;
/** Accepted updates that are remembered, so that none is tried twice on the same document. */
const REMEMBERED = 100_000;

type Sample = {
  update: Uint8Array;
  personId: string;
  owners: ReadonlyMap<number, string>;
  state: Uint8Array;
  doc: Y.Doc;
  schema: unknown;
  material: Material;
  /** An honest edit by somebody else at the same time. */
  concurrent: Uint8Array;
};

/** Files that share the work, so that it goes over two cores. */
const SHARES = 2;
const MUTATIONS = Math.ceil(Number(process.env.GATE_MUTATIONS ?? 200_000) / SHARES);
const SEED = Number(process.env.GATE_SEED ?? 2025);

/** A share of the mutated updates, from a seed of its own. */
export function fuzzShare(share: number): void {
  const seed = SEED + share;
  test(`G1: ${MUTATIONS} mutated updates (seed ${seed})`, { timeout: 120_000 + MUTATIONS * 5 }, () => {
    fuzzGate(seed, MUTATIONS);
  });
}

/** Sends so many mutated updates through the gate, prints what became of them, and fails where G1 does not hold. */
function fuzzGate(seed: number, mutations: number): void {
  const random = new Random(seed);
  const { stackTraceLimit } = Error;
  const fromSeed = vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => random.fill(array));
  onTestFinished(() => {
    fromSeed.mockRestore();
    Error.stackTraceLimit = stackTraceLimit;
  });
  // Most mutations end as an error that nobody reads.
  Error.stackTraceLimit = 0;
  const samples = collect(random);
  const counts: Record<string, number> = {};
  const tried = new Set<string>();
  for (let index = 0; index < mutations; index++) {
    const sample = random.pick(samples);
    const update = mutate(sample.update, sample.material, random);
    const verdict = inspectUpdate(update, sample, contextOf(sample.doc, sample.owners));
    counts[verdict.kind] = (counts[verdict.kind] ?? 0) + 1;
    if (verdict.kind !== 'accept') continue;
    const closely = random.chance(CLOSELY);
    const key = keyOf(samples.indexOf(sample), closely, verdict);
    if (tried.has(key)) continue;
    if (tried.size >= REMEMBERED) tried.clear();
    tried.add(key);
    counts.different = (counts.different ?? 0) + 1;
    holds(sample, update, verdict, `mutation ${index}`, closely);
  }
  for (const { doc, state } of samples) expect(Y.encodeStateAsUpdate(doc)).toEqual(state);
  const accepted = counts.accept ?? 0;
  process.stdout.write(
    `gate: seed ${seed}, ${mutations} mutated updates, ${((accepted / mutations) * 100).toFixed(1)} % accepted ${JSON.stringify(counts)}\n`,
  );
  expect(accepted).toBeGreaterThan(mutations / 50);
}

function keyOf(sample: number, closely: boolean, { update, clients }: Accepted): string {
  const announced = JSON.stringify([sample, closely, [...clients]]);
  return announced + Buffer.from(update).toString('latin1');
}

function collect(random: Random): Sample[] {
  const samples: Sample[] = [];
  for (let world = 0; world < WORLDS; world++) {
    const arrivals: Omit<Sample, 'material'>[] = [];
    const run = new HonestWorld(
      random,
      (arrival) => {
        if (arrival.verdict.kind === 'accept' && random.chance(0.4)) arrivals.push(sampleOf(arrival));
      },
      (world % 2) * 0.6,
    );
    for (let step = 0; step < STEPS; step++) run.step();
    run.settle();
    for (const arrival of arrivals) {
      const states = [...Y.decodeStateVector(Y.encodeStateVector(arrival.doc))];
      samples.push({ ...arrival, material: { other: random.pick(arrivals).update, states } });
    }
  }
  return samples;
}

function sampleOf({ update, personId, before, owners }: Arrival): Omit<Sample, 'material'> {
  const doc = open(before());
  // Not the server's own bytes: a document that was opened anew may have joined what lay in pieces.
  const state = Y.encodeStateAsUpdate(doc);
  const other = open(state);
  other.clientID = 2 ** 31 + 11;
  let concurrent: Uint8Array = Uint8Array.of(0, 0);
  other.on('update', (bytes: Uint8Array) => (concurrent = bytes));
  addAction(other, { title: 'Citi' });
  other.transact(() => {
    for (const text of textsOf(other)) text.insert(Math.floor(text.length / 2), 'ČAU');
  });
  return { update, personId, owners, state, doc, schema: contentOf(doc).schema, concurrent };
}

function open(...updates: Uint8Array[]): Y.Doc {
  // Drawing a name for each would take longer than the gate.
  const doc = new Y.Doc({ guid: 'plan' });
  for (const name of Object.keys(PLAN_ROOTS)) doc.getMap(name);
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

/** The invariants of an accepted update. */
function holds(sample: Sample, update: Uint8Array, verdict: Accepted, name: string, closely: boolean): void {
  const fail = (what: string) => expect.fail(`${name}: ${what}\n${Buffer.from(update).toString('hex')}`);
  const before = Y.decodeStateVector(Y.encodeStateVector(sample.doc));
  const doc = open(sample.state);
  let deleted = false;
  doc.once('afterTransaction', (transaction: Y.Transaction) => (deleted = transaction.deleteSet.clients.size > 0));
  try {
    Y.applyUpdate(doc, verdict.update);
  } catch (error) {
    fail(`applying throws ${String(error)}`);
  }
  if (doc.store.pendingStructs || doc.store.pendingDs) fail('something is left pending');

  // The state moves by exactly what the update holds, under client ids of this person or of nobody.
  const { from, to } = Y.parseUpdateMeta(verdict.update);
  if (to.size === 0 && !deleted) fail('brings nothing');
  for (const [client, end] of to) {
    const owner = client === SERVER ? 'server' : sample.owners.get(client);
    if (owner !== undefined && owner !== sample.personId) fail(`struct of client ${client} that belongs to ${owner}`);
    const state = before.get(client) ?? 0;
    if ((from.get(client) ?? 0) > state || end <= state) fail('a section does not go on where the document ends');
    if (!verdict.clients.has(client)) fail('a client is missing in the verdict');
    before.set(client, end);
  }
  if (verdict.clients.size !== to.size) fail('too many clients in the verdict');
  const after = Y.decodeStateVector(Y.encodeStateVector(doc));
  if (after.size !== before.size) fail('unexpected client');
  for (const [client, clock] of before) if (after.get(client) !== clock) fail(`client ${client} is elsewhere`);

  checkShape(doc, fail);
  const content = contentOf(doc);
  if (content.schema !== sample.schema) fail('the schema version changed');
  const reloaded = open(Y.encodeStateAsUpdate(doc));
  if (reloaded.store.pendingStructs || reloaded.store.pendingDs) fail('the reloaded document has something pending');
  if (contentOf(reloaded).all !== content.all) fail(`reloaded:\n${contentOf(reloaded).all}\n${content.all}`);

  // Whoever gets it before or after somebody else's edit sees the same.
  if (!closely) return;
  // Not so its formatting: Yjs tidies it up by deletions of its own, which would be sent on.
  const first = wordsOf(open(sample.state, verdict.update, sample.concurrent));
  const second = wordsOf(open(sample.state, sample.concurrent, verdict.update));
  if (first !== second) fail(`order matters:\n${first}\n${second}`);
}

function checkShape(doc: Y.Doc, fail: (what: string) => void): void {
  for (const name of doc.share.keys()) if (!Object.hasOwn(PLAN_ROOTS, name)) fail(`root ${name}`);
  const visit = (map: Y.Map<unknown>, depth: number): void => {
    if (map._start) fail('a map with a list');
    if (depth > DEFAULT_LIMITS.nesting) fail('too deep');
    for (const [key, value] of map.entries()) {
      if (!/^[\w-]{1,40}$/.test(key)) fail(`key ${key}`);
      if (value instanceof Y.Map) visit(value, depth + 1);
      else if (value instanceof Y.Text) checkText(value, fail);
      else if (value !== null && !['string', 'number', 'boolean'].includes(typeof value))
        fail(`value ${String(value)}`);
    }
  };
  for (const name of Object.keys(PLAN_ROOTS)) visit(doc.getMap(name), 0);
}

function checkText(text: Y.Text, fail: (what: string) => void): void {
  if (text._map.size > 0) fail('a text with attributes');
  if (!isBroughtBack(text)) checkOrder(text, fail);
  for (let item = text._start; item; item = item.right) {
    if (item.parent !== text) fail('an item of another parent');
    const { content } = item;
    const kinds = [Y.ContentString, Y.ContentFormat, Y.ContentDeleted];
    if (!kinds.some((kind) => content instanceof kind)) fail(`content ${content.getRef()} in a text`);
  }
}

function checkOrder(text: Y.Text, fail: (what: string) => void): void {
  const places = new Map<string, number>();
  const place = (id: Y.ID | null, none: number) => (id ? places.get(`${id.client} ${id.clock}`) : none);
  let next = 0;
  for (let item = text._start; item; item = item.right) {
    for (let i = 0; i < item.length; i++) places.set(`${item.id.client} ${item.id.clock + i}`, next++);
  }
  for (let item = text._start; item; item = item.right) {
    const at = place(item.id, 0) ?? NaN;
    if (!((place(item.origin, -1) ?? NaN) < at && at < (place(item.rightOrigin, next) ?? NaN))) fail('wrong order');
  }
}

function contentOf(doc: Y.Doc): { all: string; schema: unknown } {
  const plain = (map: Y.Map<unknown>): unknown =>
    Object.fromEntries(
      [...map.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [
          key,
          value instanceof Y.Text ? deltaOf(value) : value instanceof Y.Map ? plain(value) : value,
        ]),
    );
  const all = Object.keys(PLAN_ROOTS).map((name) => plain(doc.getMap(name)));
  return { all: JSON.stringify(all), schema: doc.getMap('meta').get('schema') };
}

/** A text with its formatting; of one that undo brought back only the characters, whose order G16 leaves open. */
function deltaOf(text: Y.Text): unknown {
  return isBroughtBack(text) ? charactersOf(text) : text.toDelta();
}

function charactersOf(text: Y.Text): string {
  return [...text.toString()].sort().join('');
}

function wordsOf(doc: Y.Doc): string {
  return JSON.stringify(
    textsOf(doc)
      .map((text) => (isBroughtBack(text) ? charactersOf(text) : text.toString()))
      .sort(),
  );
}
