import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { addAction, addGoal, seedPlan, setAction } from '#domain/plan/edit.ts';
import { PLAN_ROOTS } from '#domain/plan/schema.ts';
import { inspectUpdate, type GateContext } from './gate.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const SERVER = 1;

function contextOf(doc: Y.Doc, owners: Record<number, string> = {}): GateContext {
  return {
    doc,
    ownerOf: (client) => (client === SERVER ? 'server' : (owners[client] ?? null)),
    roots: PLAN_ROOTS,
    limits: DEFAULT_LIMITS,
    documentBytes: 0,
  };
}

function seeded(): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = SERVER;
  seedPlan(doc, 'Plāns');
  return doc;
}

test('an honest first sync is accepted whole, its echo is nothing', () => {
  const server = seeded();
  const client = new Y.Doc();
  client.clientID = 7;
  Y.applyUpdate(client, Y.encodeStateAsUpdate(server));
  const goal = addGoal(client, 'Mērķis 😀');
  const action = addAction(client, { title: 'Talka', goal });
  setAction(client, action, { status: 'running' });
  const update = Y.encodeStateAsUpdate(client);
  const verdict = inspectUpdate(update, { personId: 'anna' }, contextOf(server));
  expect(verdict).toMatchObject({ kind: 'accept', clients: new Set([7]) });
  if (verdict.kind !== 'accept') return;
  Y.applyUpdate(server, verdict.update);
  expect(Y.encodeStateAsUpdate(server)).toEqual(Y.encodeStateAsUpdate(client));
  expect(inspectUpdate(update, { personId: 'anna' }, contextOf(server))).toEqual({ kind: 'nothing' });
  expect(inspectUpdate(update, { personId: 'juris' }, contextOf(server, { 7: 'anna' }))).toEqual({ kind: 'nothing' });
});

test("structs under another's client id are refused with 4403", () => {
  const server = seeded();
  const client = new Y.Doc();
  client.clientID = 7;
  addGoal(client, 'Mērķis');
  const verdict = inspectUpdate(Y.encodeStateAsUpdate(client), { personId: 'juris' }, contextOf(server, { 7: 'anna' }));
  expect(verdict).toMatchObject({ kind: 'refused', code: 4403, reason: 'client-id' });
});
