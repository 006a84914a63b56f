import { afterEach, expect, test, vi } from 'vitest';
import { addGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { Connection } from '#server/documents/connections/connection.ts';
import { Presence } from '#server/documents/room/presence.ts';
import { startEngine, until } from '../support/engine.ts';
import * as frames from '../support/frames.ts';

// Errors that nobody foresaw close one document for a moment; the process and everybody's text go on.

afterEach(() => {
  vi.restoreAllMocks();
});

test('N11: an error while a message is handled closes the document with 1011, and its people come back to all of it', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const anna = await engine.connect('anna').synced();
  addGoal(anna.doc, 'Pirms kļūdas');
  const socket = engine.socket('juris');
  await socket.opened;
  await until(() => expect(socket.frames.length).toBeGreaterThan(0));
  vi.spyOn(Presence.prototype, 'announce').mockImplementationOnce(() => {
    throw new Error('unforeseen');
  });
  socket.ws.send(frames.awareness(71, 1, {}));
  expect((await socket.closed).code).toBe(1011);
  addGoal(anna.doc, 'Pēc kļūdas');
  const juris = await engine.connect('juris').synced();
  await until(() =>
    expect(readPlan(juris.doc).goals.map(({ title }) => title)).toEqual(['Pirms kļūdas', 'Pēc kļūdas']),
  );
});

test('N11: an error while a durable change is told to the others loses nothing', async () => {
  const engine = await startEngine();
  for (const person of ['anna', 'juris']) engine.people.set(person);
  const anna = await engine.connect('anna').synced();
  const juris = await engine.connect('juris').synced();
  vi.spyOn(Connection.prototype, 'changed').mockImplementationOnce(() => {
    throw new Error('unforeseen');
  });
  addGoal(anna.doc, 'Viedie ciemi');
  await until(() => expect(readPlan(juris.doc).goals.map(({ title }) => title)).toEqual(['Viedie ciemi']));
  addGoal(juris.doc, 'Zaļais kurss');
  await until(() => expect(readPlan(anna.doc).goals).toHaveLength(2));
});
