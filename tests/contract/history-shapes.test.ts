import { expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { addAction, setAction } from '#domain/plan/edit.ts';
import type { ItemMap } from '#domain/plan/read.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import { run } from '#server/cli/run.ts';
import { LedgerReader } from '#server/documents/ledger/reader.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { Random } from '../support/random.ts';

// What the gate lets in and the server repairs directly afterwards is a moment of its own, which history reads too.

async function start() {
  const clock = { now: Date.UTC(2025, 2, 1, 9) };
  const engine = await startEngine({ now: () => clock.now });
  const join = (personId: string) => {
    engine.people.set(personId);
    return engine.documents.join(engine.documentId, { personId, organisationId: 'org' });
  };
  /** Who changed which fields of an item, the oldest set first. */
  const told = async (id: string) => {
    const sets = await engine.documents.history(engine.documentId);
    return sets
      .reverse()
      .flatMap(({ personId, items }) =>
        items.filter((item) => item.id === id).map(({ title, fields }) => ({ personId, title, fields })),
      );
  };
  return { engine, clock, join, told };
}

async function printed(engine: TestEngine, ...args: string[]): Promise<string> {
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  try {
    expect(await run(['history', engine.documentId, ...args], { DATA_DIR: engine.dataDir })).toBe(0);
  } finally {
    spy.mockRestore();
  }
  return lines.join('\n');
}

test.each([
  ['a value', () => 1],
  ['a text', () => new Y.Text('vārdi')],
])(
  'an item in whose place somebody puts %s while another one’s set is open reads as removed (H6)',
  async (_, wrong) => {
    const { engine, join, told } = await start();
    const anna = await join('anna');
    const action = addAction(anna.doc, { title: 'Talka' });
    await anna.saved();
    const juris = await join('juris');
    juris.doc.getMap('actions').set(action, wrong());
    await juris.saved();
    for (const writer of [anna, juris]) await writer.close();
    const [added, removed] = await told(action);
    expect(added).toMatchObject({ personId: 'anna', title: '' });
    expect(added?.fields).toContainEqual({ kind: 'presence', path: [], change: 'added' });
    expect(removed?.personId).toBe('juris');
    expect(removed?.fields).toContainEqual({ kind: 'presence', path: [], change: 'removed' });
    expect(await printed(engine)).toContain('action “”, removed');
  },
);

test('a field that stood as a map for a moment reads as gone, and then as what the server put there (H6)', async () => {
  const { join, told } = await start();
  const anna = await join('anna');
  const action = addAction(anna.doc, { title: 'Talka', status: 'done' });
  await anna.saved();
  const juris = await join('juris');
  juris.doc.getMap<ItemMap>('actions').get(action)?.set('status', new Y.Map());
  await juris.saved();
  for (const writer of [anna, juris]) await writer.close();
  const statuses = (await told(action)).flatMap(({ personId, fields }) =>
    fields.filter(({ path }) => path[0] === 'status').map((field) => ({ personId, field })),
  );
  expect(statuses).toEqual([
    { personId: 'anna', field: { kind: 'value', path: ['status'], from: null, to: 'done' } },
    { personId: 'juris', field: { kind: 'value', path: ['status'], from: 'done', to: null } },
    { personId: null, field: { kind: 'value', path: ['status'], from: null, to: 'planned' } },
  ]);
});

test('an item reads as added also when something of it is repaired before it is shown (H4)', async () => {
  const { join, told } = await start();
  const anna = await join('anna');
  const changed: string[] = [];
  // As from a browser whose two transactions come in two turns.
  const actions = anna.doc.getMap<ItemMap>('actions');
  const item: ItemMap = new Y.Map(
    Object.entries({ title: new Y.Text('Talka'), status: 'nekad', order: 'a1', removed: true }),
  );
  actions.set('talka', item);
  await anna.saved();
  item.set('removed', false);
  await anna.saved();
  await anna.close();
  for (const { fields } of await told('talka'))
    for (const field of fields) if (field.kind === 'presence') changed.push(field.change);
  expect(changed).toEqual(['added']);
});

test('a new item that another one changes before it is shown reads as added by whoever shows it (H4)', async () => {
  const { clock, join, told } = await start();
  const anna = await join('anna');
  const item: ItemMap = new Y.Map(Object.entries({ status: 'planned', order: 'a1', removed: true }));
  anna.doc.getMap('actions').set('talka', item);
  await anna.saved();
  const juris = await join('juris');
  juris.doc.getMap<ItemMap>('actions').get('talka')?.set('status', 'done');
  await juris.saved();
  clock.now += 10 * 60_000;
  item.set('removed', false);
  await anna.saved();
  clock.now += 10 * 60_000;
  setAction(juris.doc, 'talka', { status: 'running' });
  item.set('removed', true);
  await anna.saved();
  clock.now += 10 * 60_000;
  item.set('removed', false);
  await anna.saved();
  for (const writer of [anna, juris]) await writer.close();
  const changes = (await told('talka')).flatMap(({ personId, fields }) =>
    fields.flatMap((field) => (field.kind === 'presence' ? [`${personId} ${field.change}`] : [])),
  );
  expect(changes).toEqual(['anna added', 'anna removed', 'anna brought-back']);
});

test('an organisation whose id is “removed” is a partner and removes nothing', async () => {
  const { clock, join, told } = await start();
  const anna = await join('anna');
  const action = addAction(anna.doc, { title: 'Talka' });
  await anna.saved();
  clock.now += 10 * 60_000;
  const partners = anna.doc.getMap<ItemMap>('actions').get(action)?.get('partners') as ItemMap;
  partners.set('removed', true);
  await anna.saved();
  await anna.close();
  expect((await told(action)).at(-1)?.fields).toEqual([
    { kind: 'value', path: ['partners', 'removed'], from: null, to: true },
  ]);
});

const KEYS = ['title', 'body', 'order', 'status', 'removed', 'responsible', 'funding', 'indicators', 'note', 'x', 'a'];

/** Any value that the gate lets in, whether a plan has such a thing there or not. */
function anything(random: Random, depth = 0): unknown {
  switch (random.below(depth < 3 ? 5 : 3)) {
    case 0:
      return random.pick<unknown>([null, true, false, 0, -1.5, NaN, Infinity, '', 'a0', 'planned', 'z'.repeat(300)]);
    case 1:
      return random.pick<unknown>([true, false]);
    case 2:
      return new Y.Text(random.pick(['', 'vārdi', '\n', '😀\u0000\u001b']));
    default: {
      const entries = Array.from({ length: random.below(5) }, () => random.pick(KEYS));
      return new Y.Map(entries.map((key) => [key, anything(random, depth + 1)]));
    }
  }
}

/** Changes one place, wherever in the document. */
function changeAnything(random: Random, doc: Y.Doc): void {
  let type: unknown = doc.getMap(random.pick(Object.keys(PLAN_ROOTS).filter((root) => root !== 'meta')));
  if (random.chance(0.05)) type = doc.getMap('meta').get('title');
  while (type instanceof Y.Map) {
    const inner: unknown = type.size > 0 && random.chance(0.75) ? type.get(random.pick([...type.keys()])) : null;
    if (inner instanceof Y.Map || inner instanceof Y.Text) {
      type = inner;
      continue;
    }
    const key = random.pick(type.size > 0 && random.chance(0.5) ? [...type.keys()] : KEYS);
    if (random.chance(0.15)) type.delete(key);
    else type.set(key, anything(random));
    return;
  }
  if (!(type instanceof Y.Text)) return;
  const at = random.below(type.length + 1);
  if (random.chance(0.6)) type.insert(at, random.pick(['a', 'vārds ', '\n']));
  else if (random.chance(0.7)) type.delete(at, Math.min(3, type.length - at));
  else type.format(0, type.length, { bold: random.chance(0.5) ? true : null });
}

test.each([1, 2, 3, 4])(
  'history is told whatever stood in a plan before it was repaired (H6), run %i',
  async (round) => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000) + round;
    process.stdout.write(`history of odd shapes: seed ${seed}\n`);
    const random = new Random(seed);
    const { engine, clock, join } = await start();
    const writers = await Promise.all(['anna', 'juris', 'ieva'].map(join));
    const origin = {};
    const undo = new Map(
      writers.map(({ doc }) => [
        doc,
        new Y.UndoManager([doc.getMap('goals'), doc.getMap('actions')], {
          trackedOrigins: new Set([origin]),
          captureTimeout: 0,
        }),
      ]),
    );
    for (let step = 0; step < 150; step++) {
      const { doc, saved } = random.pick(writers);
      const dice = random.next();
      if (dice < 0.1) addAction(doc, { title: 'Talka', status: 'planned' });
      else if (dice < 0.2) undo.get(doc)?.undo();
      else
        doc.transact(() => {
          for (let i = random.below(3); i >= 0; i--) changeAnything(random, doc);
        }, origin);
      if (random.chance(0.7)) await saved();
      clock.now += random.chance(0.05) ? 6 * 60_000 : 1_000;
      if (step % 30 === 0) await engine.documents.history(engine.documentId);
    }
    for (const writer of writers) await writer.close();
    const sets = await engine.documents.history(engine.documentId, { limit: 10_000 });
    expect(sets.length).toBeGreaterThan(10);
    // Every place of a field tells one story, from nothing to what stands there now.
    const values = new Map<string, unknown>();
    for (const { items } of [...sets].reverse())
      for (const { kind, id, fields } of items)
        for (const field of fields) {
          if (field.kind !== 'value') continue;
          const place = [kind, id, ...field.path].join('/');
          expect([place, field.from]).toEqual([place, values.get(place) ?? null]);
          values.set(place, field.to);
        }
    expect(await printed(engine, '--limit', '10000')).toContain('The server');
    expect(JSON.parse(await printed(engine, '--json', '--limit', '10000'))).toHaveLength(sets.length);
    expect(new LedgerReader(engine.db.sqlite).headSeq(engine.documentId)).toBeGreaterThan(100);
  },
);
