import { expect, test } from 'vitest';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { addGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { startEngine, until } from '../support/engine.ts';
import * as frames from '../support/frames.ts';
import { inOneUpdate } from '../support/in-one-update.ts';

// What members' own connections could do to the others and to the server.

/** Several presences in one frame. */
function presences(entries: [clientId: number, state: unknown][]): Uint8Array {
  const payload = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const [clientId, state] of entries) {
      encoding.writeVarUint(encoder, clientId);
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarString(encoder, JSON.stringify(state));
    }
  });
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

test('N7: a connection has one presence, also when it announces several at once, and none of it stays behind', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const juris = await engine.connect('juris').synced();
  const socket = engine.socket('anna');
  await socket.opened;
  socket.ws.send(
    presences([
      [71, {}],
      [72, {}],
      [73, {}],
    ]),
  );
  const others = () => [...juris.provider.awareness.getStates().keys()].filter((id) => id !== juris.doc.clientID);
  await until(() => expect(others()).toHaveLength(1));
  const newcomer = engine.socket('juris');
  await newcomer.opened;
  expect(others()).toEqual([71]);
  socket.ws.close();
  await until(() => expect(others()).toEqual([]));
});

test('N9: a flood of presence ends with 1013, and echoes of others do not count', async () => {
  const engine = await startEngine({ limits: { messagesPerSecond: 1, messageBurst: 50 } });
  for (const person of ['anna', 'juris']) engine.people.set(person, 'observer');
  const juris = await engine.connect('juris').synced();
  const echo = engine.socket('anna');
  await echo.opened;
  for (let i = 0; i < 200; i++) echo.ws.send(frames.awareness(juris.doc.clientID, i, { echo: i }));
  const flood = engine.socket('anna');
  await flood.opened;
  for (let i = 0; i < 200; i++) flood.ws.send(frames.awareness(99, i, { flood: i }));
  expect((await flood.closed).code).toBe(1013);
  expect(echo.ws.readyState).toBe(echo.ws.OPEN);
});

test('N8: whoever asks for the document again and again without reading is sent away', async () => {
  const engine = await startEngine({ limits: { socketBacklog: 64 * 1024 } });
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const juris = await engine.connect('juris').synced();
  inOneUpdate(juris.doc, (doc) => {
    for (let i = 0; i < 300; i++) addGoal(doc, `${i} ${'x'.repeat(200)}`);
  });
  await until(async () =>
    expect(await engine.documents.read(engine.documentId, (doc) => readPlan(doc).goals.length)).toBe(300),
  );
  const socket = engine.socket('anna');
  await socket.opened;
  const isPresent = () => juris.provider.awareness.getStates().has(74);
  socket.ws.send(frames.awareness(74, 1, {}));
  await until(isPresent);
  socket.ws.pause();
  for (let i = 0; i < 500; i++) socket.ws.send(frames.step1());
  await until(() => !isPresent());
  socket.ws.resume();
  expect((await socket.closed).code).toBe(1013);
  expect(socket.frames.filter((frame) => frame[0] === 0 && frame[1] === 1).length).toBeLessThan(50);
});

test('a state vector full of ids that nobody has is answered with what is missing, all the same', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const juris = await engine.connect('juris').synced();
  addGoal(juris.doc, 'Mērķis');
  await until(async () =>
    expect(await engine.documents.read(engine.documentId, (doc) => readPlan(doc).goals.length)).toBe(1),
  );
  const socket = engine.socket('anna');
  await socket.opened;
  const forged = new Map(Array.from({ length: 100_000 }, (_, i) => [i * 40_000 + 1, 5]));
  const behind = new Map([...forged, ...Y.decodeStateVector(Y.encodeStateVector(juris.doc))]);
  behind.delete(juris.doc.clientID);
  // What is missing comes in one frame; the whole comes before the frame that says that this was all.
  const answers = () => socket.frames.filter((frame) => frame[0] === 0 && frame[1] === 1);
  const whole = () => socket.frames.find((frame) => frame[0] === 0 && frame[1] === 2);
  socket.ws.send(frames.sync(0, Y.encodeStateVector(forged)));
  await until(() => expect(answers()).toHaveLength(1));
  socket.ws.send(frames.sync(0, Y.encodeStateVector(behind)));
  await until(() => expect(answers()).toHaveLength(2));
  const missing = answers()[1];
  expect(missing?.length).toBeLessThan(whole()?.length ?? 0);
  expect(Buffer.from(missing ?? []).toString()).toContain('Mērķis');
});
