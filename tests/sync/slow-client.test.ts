import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { addAction } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { TestClient } from '../support/clients.ts';
import { startEngine, until } from '../support/engine.ts';
import * as frames from '../support/frames.ts';
import { clientFrame, deafClient } from '../support/raw-socket.ts';
import { startEngineProcess } from '../support/start-engine-process.ts';

// SPEC.md N8: whoever does not read costs next to nothing, and whoever reads late misses nothing.

const MIB = 1024 * 1024;

function bodyOf(doc: Y.Doc): Y.Text {
  const id = readPlan(doc).actions[0]?.id ?? addAction(doc, { title: 'Rīcība' });
  return planRoots(doc).actions.get(id)?.get('body') as Y.Text;
}

/** Writes so much that the old goes again: much traffic, and a document that stays small. */
function churn(body: Y.Text, length: number): void {
  body.doc?.transact(() => {
    body.insert(0, 'x'.repeat(length));
    if (body.length > 3 * length) body.delete(length, body.length - length);
  });
}

test(
  'N8: a client that never reads costs two MiB at most while others write more than twenty',
  { timeout: 120_000 },
  async () => {
    const DEAF = 10;
    const names = ['anna', ...Array.from({ length: DEAF }, (_, i) => `deaf${i}`)];
    const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-deaf-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const server = await startEngineProcess(dataDir, names);
    onTestFinished(() => server.kill());
    const anna = new TestClient(server.port, server.documentId, 'anna', { params: { v: '1' } });
    onTestFinished(() => anna.provider.destroy());
    await anna.synced();
    const body = bodyOf(anna.doc);
    /** Writes so many bytes, in pieces that go again, so that the document stays small. */
    const write = async (bytes: number) => {
      for (let written = 0; written < bytes; written += 100_000) {
        churn(body, 100_000);
        await until(() => expect(anna.saved).toBe(anna.frames), 20_000);
      }
    };
    await write(3 * MIB);
    const before = await server.memory();

    for (const name of names.slice(1)) {
      const socket = await deafClient(server.port, server.documentId, name);
      socket.write(clientFrame(frames.step1()));
    }
    await until(async () => expect((await server.memory()).load.connections).toBe(DEAF + 1));
    await write(21 * MIB);

    const after = await server.memory();
    expect(after.load.connections).toBe(DEAF + 1);
    expect(after.load.bufferedBytes).toBeGreaterThan(0);
    expect(after.load.bufferedBytes).toBeLessThan(DEAF * 2 * MIB);
    const used = ({ heapUsed, external }: NodeJS.MemoryUsage) => heapUsed + external;
    // The process has garbage of its own, which goes some time later.
    await until(async () => {
      const each = (used(await server.memory()) - used(before)) / DEAF / MIB;
      expect(each, 'MiB each').toBeLessThan(2);
      process.stdout.write(`never reading: ${each.toFixed(2)} MiB each\n`);
    });
  },
);

test(
  'N8: who reads late gets one difference, with deletions, authors and who is present',
  { timeout: 60_000 },
  async () => {
    const engine = await startEngine({ limits: { socketBacklog: 64 * 1024 } });
    for (const person of ['anna', 'juris', 'ieva']) engine.people.set(person);
    const anna = await engine.connect('anna').synced();
    const body = bodyOf(anna.doc);
    body.insert(0, 'dzēsts ');
    const late = engine.socket('juris', { query: '?v=1' });
    await late.opened;
    late.ws.send(frames.step1());
    const told = (type: number, step?: number) =>
      late.frames.filter((frame) => frame[0] === type && (step === undefined || frame[1] === step));
    await until(() => told(0, 1).length === 1);
    late.ws.pause();
    // The kernel takes some megabytes first.
    await until(() => {
      churn(body, 50_000);
      expect(engine.documents.load().bufferedBytes).toBeGreaterThan(64 * 1024);
    }, 20_000);
    const heldBack = engine.documents.load().bufferedBytes;
    for (let i = 0; i < 10; i++) churn(body, 50_000);
    const ieva = await engine.connect('ieva').synced();
    bodyOf(ieva.doc).insert(0, 'Ieva ');
    await until(() => bodyOf(anna.doc).toString().startsWith('Ieva '));
    expect(engine.documents.load().bufferedBytes).toBe(heldBack);
    const updatesBefore = told(0, 2).length;

    late.ws.resume();
    const doc = new Y.Doc();
    await until(() => {
      for (const frame of [...told(0, 1), ...told(0, 2)]) Y.applyUpdate(doc, payloadOf(frame));
      expect(readPlan(doc)).toEqual(readPlan(anna.doc));
    });
    expect(readPlan(doc).actions[0]?.body).not.toContain('dzēsts');
    expect(told(0, 2).length).toBeGreaterThan(updatesBefore);
    const words = (type: number) => told(type).map((frame) => Buffer.from(frame).toString());
    await until(() => words(101).some((text) => text.includes('"ieva"')));
    await until(() => words(1).some((text) => text.includes('"ieva"')));

    // From then on every change comes by itself again.
    const then = told(0, 2).length;
    bodyOf(ieva.doc).insert(0, 'Vēl ');
    await until(() => told(0, 2).length === then + 1);
  },
);

test('N8: who reads nothing for too long is sent away', { timeout: 60_000 }, async () => {
  const engine = await startEngine({ limits: { unreadSeconds: 1 } });
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const anna = await engine.connect('anna').synced();
  const connections = () => engine.documents.load().connections;
  const deaf = await deafClient(engine.port, engine.documentId, 'juris');
  deaf.write(clientFrame(frames.step1()));
  await until(() => connections() === 2);
  // More than the operating system takes for both sides.
  const body = bodyOf(anna.doc);
  await until(() => {
    churn(body, 50_000);
    expect(engine.documents.load().bufferedBytes).toBeGreaterThan(0);
  }, 20_000);
  await until(() => connections() === 1, 20_000);
  expect(anna.provider.wsconnected).toBe(true);
});

function payloadOf(frame: Uint8Array): Uint8Array {
  let at = 2;
  while ((frame[at] ?? 0) >= 128) at++;
  return frame.subarray(at + 1);
}
