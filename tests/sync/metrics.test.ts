import Database from 'better-sqlite3';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { addAction, addGoal } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import type { Meter } from '#server/documents/meter.ts';
import { createMetrics, type Metrics } from '#server/metrics.ts';
import { startEngine, until, type TestEngine } from '../support/engine.ts';
import * as frames from '../support/frames.ts';

async function metered(limits = {}): Promise<{ engine: TestEngine; value(line: string): Promise<number> }> {
  const metrics = createMetrics('a-long-word-for-prometheus');
  const engine = await startEngine({ meter: metrics.meter, limits });
  metrics.watch(() => engine.documents.load());
  return { engine, value: (line) => valueOf(metrics, line) };
}

/** What stands behind a metric with its labels; 0 as long as there is no such line. */
async function valueOf(metrics: Metrics, line: string): Promise<number> {
  const text = await metrics.text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.slice(line.length) ?? 0);
}

test('L1, W1: a change is counted where it passes: gate, document, disk, everybody else', async () => {
  const { engine, value } = await metered();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const anna = await engine.connect('anna').synced();
  const juris = await engine.connect('juris').synced();
  const before = await value('kopplans_engine_seconds_count{step="apply"}');
  addGoal(anna.doc, 'Mērķis');
  await until(() => expect(readPlan(juris.doc).goals).toHaveLength(1));

  expect(await value('kopplans_connections')).toBe(2);
  expect(await value('kopplans_rooms')).toBe(1);
  // An item is added in two changes.
  expect(await value('kopplans_engine_seconds_count{step="apply"}')).toBe(before + 2);
  for (const step of ['gate', 'apply', 'commit', 'broadcast']) {
    expect(await value(`kopplans_engine_seconds_count{step="${step}"}`), step).toBeGreaterThan(0);
    expect(await value(`kopplans_engine_seconds_sum{step="${step}"}`), step).toBeGreaterThan(0);
  }
  expect(await value('kopplans_updates_accepted_total')).toBeGreaterThan(0);
  expect(await value('kopplans_updates_gap_total')).toBe(0);
  anna.provider.destroy();
  await until(async () => expect(await value('kopplans_connections')).toBe(1));
});

test('W1: what is refused is counted by its code and reason, and gaps of their own', async () => {
  const { engine, value } = await metered();
  engine.people.set('anna');
  engine.people.set('vera', 'observer');
  const anna = await engine.connect('anna').synced();

  const forger = engine.socket('anna');
  await forger.opened;
  const foreign = new Y.Doc();
  foreign.getMap('secret').set('a', 1);
  forger.ws.send(frames.update(Y.encodeStateAsUpdate(foreign)));
  await forger.closed;
  const observer = engine.socket('vera');
  await observer.opened;
  observer.ws.send(frames.update(frames.forge(anna.doc, 77, (doc) => addGoal(doc, 'Mērķis'))));
  await observer.closed;
  const early = engine.socket('anna');
  await early.opened;
  const ahead = new Y.Doc();
  Y.applyUpdate(ahead, Y.encodeStateAsUpdate(anna.doc));
  addGoal(ahead, 'Viens');
  const known = Y.encodeStateVector(ahead);
  addGoal(ahead, 'Divi');
  early.ws.send(frames.update(Y.encodeStateAsUpdate(ahead, known)));

  await until(async () => expect(await value('kopplans_updates_gap_total')).toBe(1));
  expect(await value('kopplans_updates_refused_total{code="4400",reason="not-allowed"}')).toBe(1);
  expect(await value('kopplans_updates_refused_total{code="4403",reason="role"}')).toBe(1);
  expect(await value('kopplans_connections_closed_total{code="4400",reason="not-allowed"}')).toBe(1);
  expect(await value('kopplans_connections_closed_total{code="4403",reason="role"}')).toBe(1);
});

test('W2: without a meter the clock is looked at no oftener than with a meter that has none', async () => {
  const took: string[] = [];
  const clockless: Meter = { now: () => 0, took: (step) => took.push(step), received: () => {}, sentAway: () => {} };
  /** How often the clock is looked at while a change goes from the gate to where it waits for the disk. */
  const looks = async (options: { meter?: Meter }) => {
    const engine = await startEngine(options);
    const anna = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: null });
    addGoal(anna.doc, 'Viens');
    await anna.saved();
    took.length = 0;
    const clock = vi.spyOn(performance, 'now');
    addGoal(anna.doc, 'Divi');
    const count = clock.mock.calls.length;
    clock.mockRestore();
    return count;
  };
  const clocklessLooks = await looks({ meter: clockless });
  // An item is added in two changes.
  expect(took).toEqual(['gate', 'apply', 'gate', 'apply']);
  expect(await looks({})).toBe(clocklessLooks);
});

test('W3: what waits for a busy database shows as lag of the ledger, until it is durable', async () => {
  const { engine, value } = await metered();
  engine.people.set('anna');
  const anna = await engine.connect('anna', { params: { v: '1' } }).synced();
  addGoal(anna.doc, 'Viens');
  await until(() => engine.documents.read(engine.documentId, (doc) => readPlan(doc).goals.length === 1));
  const other = new Database(path.join(engine.dataDir, 'kopplans.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  addGoal(anna.doc, 'Divi');
  await until(async () => expect(await value('kopplans_ledger_pending_rows')).toBe(2));
  const waited = await value('kopplans_ledger_pending_seconds');
  await until(async () => expect(await value('kopplans_ledger_pending_seconds')).toBeGreaterThan(waited));
  other.close();
  await until(async () => expect(await value('kopplans_ledger_pending_rows')).toBe(0));
  expect(await value('kopplans_ledger_pending_seconds')).toBe(0);
});

test('what a browser does not read shows as buffered bytes', { timeout: 60_000 }, async () => {
  const { engine, value } = await metered({ socketBacklog: 64 * 1024 });
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const anna = await engine.connect('anna').synced();
  const deaf = engine.socket('juris');
  await deaf.opened;
  deaf.ws.send(frames.step1());
  await until(() => expect(deaf.frames.length).toBeGreaterThan(1));
  deaf.ws.pause();
  const body = planRoots(anna.doc)
    .actions.get(addAction(anna.doc, { title: 'Rīcība' }))
    ?.get('body') as Y.Text;
  // More than the operating system takes.
  await until(async () => {
    body.insert(0, 'x'.repeat(50_000));
    expect(await value('kopplans_socket_buffered_bytes')).toBeGreaterThan(64 * 1024);
  }, 30_000);
  deaf.ws.terminate();
  await until(async () => expect(await value('kopplans_socket_buffered_bytes')).toBeLessThan(64 * 1024));
});
