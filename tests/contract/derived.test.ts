import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { addAction, addGoal } from '#domain/plan/edit.ts';
import { planRoots, readPlan } from '#domain/plan/read.ts';
import { verifyLedger } from '#server/documents/ledger/verify.ts';
import { packAll, writeKeystrokes } from '../support/history.ts';
import { actionMap, actionText, look, stateOf } from '../support/plan-authors.ts';
import { COORDINATOR, startWithSharedAction } from '../support/shared-action.ts';

// SPEC.md, L15: what follows from the ledger is compared with it.

type Kept = { seq: number; state: Buffer };

/** A document in which words came back, were carried, copied and restored, packed and with rows behind its chunks. */
async function lived() {
  const { engine, anna, juris, action } = await startWithSharedAction();
  const body = actionText(juris.doc, action, 'body');
  const origin = {};
  const undo = new Y.UndoManager(planRoots(juris.doc).actions, {
    captureTimeout: 0,
    trackedOrigins: new Set([origin]),
  });
  actionText(anna.doc, action, 'body').insert(0, 'Savākt visus atkritumus gar Daugavas krastu ');
  await anna.saved();
  juris.doc.transact(() => body.delete(2, 5), origin);
  undo.undo();
  undo.redo();
  undo.undo();
  const moved = body.toString().slice(0, 30);
  body.delete(0, 30);
  actionText(juris.doc, addAction(juris.doc, { title: 'Svētki' }), 'body').insert(0, moved);
  actionMap(juris.doc, action).set('removed', true);
  actionMap(juris.doc, action).set('removed', false);
  await juris.saved();
  await engine.documents.copy(engine.documentId, COORDINATOR, (edit) =>
    edit.copyItem(actionMap(edit.doc, action), planRoots(edit.doc).actions),
  );
  const past = await stateOf(engine);
  planRoots(anna.doc).actions.delete(action);
  await anna.saved();
  await engine.documents.bringBack(engine.documentId, COORDINATOR, past, ['actions', action]);
  await writeKeystrokes(engine, 1_200);
  await engine.restart();
  await engine.documents.read(engine.documentId, () => {});
  await packAll(engine);
  // As one that was kept after thousands of rows.
  const { seq, state } = engine.db.sqlite.prepare('SELECT seq, state FROM snapshot').get() as Kept;
  engine.db.sqlite
    .prepare('INSERT INTO checkpoint (document_id, seq, state) VALUES (?, ?, ?)')
    .run(engine.documentId, seq, zstdCompressSync(state));
  const late = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: null });
  addGoal(late.doc, 'Krasts');
  await late.close();
  const sqlite = engine.db.sqlite;
  sqlite.pragma('foreign_keys = OFF');
  const verify = async (options = {}) => (await verifyLedger(sqlite, engine.documentId, options)).problems;
  return { engine, sqlite, verify };
}

type Lived = Awaited<ReturnType<typeof lived>>;
const ofRow = (seq: unknown) => ({ seq, problem: 'credits' });
const headOf = ({ sqlite }: Lived) => sqlite.prepare('SELECT head_seq FROM document').pluck().get();

test('all is in order where words came back, were carried, copied and brought back, and rows were packed', async () => {
  const { sqlite, verify } = await lived();
  expect(sqlite.prepare('SELECT DISTINCT reason FROM provenance ORDER BY reason').pluck().all()).toEqual([
    'copy',
    'move',
    'removal',
    'undo',
  ]);
  expect(sqlite.prepare('SELECT count(*) FROM ledger_chunk').pluck().get()).toBeGreaterThan(1);
  expect(sqlite.prepare('SELECT count(*) FROM checkpoint').pluck().get()).toBe(1);
  const steps = new Set<string>();
  expect(await verify({ onProgress: (step: string) => steps.add(step) })).toEqual([]);
  expect([...steps]).toEqual(['checked', 'replayed']);
});

describe('credits that are not what the ledger says are named, wherever their row lies', () => {
  test('others', async () => {
    const { sqlite, verify } = await lived();
    const credits = sqlite.prepare('SELECT rowid, * FROM provenance').all() as Record<string, unknown>[];
    expect(credits.length).toBeGreaterThan(5);
    const first = credits.find(({ reason }) => reason === 'undo');
    const others = {
      person_id: 'ieva',
      organisation_id: 'cita',
      length: 1000,
      reason: 'import',
    };
    for (const [column, value] of Object.entries(others)) {
      const change = sqlite.prepare(`UPDATE provenance SET ${column} = ? WHERE rowid = ?`);
      change.run(value, first?.['rowid']);
      expect(await verify({ states: false }), column).toEqual([ofRow(expect.any(Number))]);
      change.run(first?.[column], first?.['rowid']);
    }
    expect(await verify({ states: false })).toEqual([]);
    sqlite.exec("UPDATE provenance SET person_id = NULL WHERE reason = 'move'");
    expect(await verify({ states: false })).not.toEqual([]);
  });

  test('a missing one', async () => {
    const { sqlite, verify } = await lived();
    sqlite.exec("DELETE FROM provenance WHERE rowid = (SELECT min(rowid) FROM provenance WHERE reason = 'copy')");
    expect(await verify({ states: false })).toEqual([ofRow(expect.any(Number))]);
  });

  test('an additional one, also in the place of another', async () => {
    const all = await lived();
    const { sqlite, verify, engine } = all;
    sqlite
      .prepare('INSERT INTO provenance SELECT ?, client_id, 7000000, 5, ?, NULL, reason FROM provenance LIMIT 1')
      .run(engine.documentId, 'ieva');
    expect(await verify({ states: false })).toEqual([ofRow(headOf(all))]);
    sqlite.exec('DELETE FROM provenance WHERE rowid = (SELECT min(rowid) FROM provenance)');
    expect(await verify({ states: false })).toEqual([ofRow(expect.any(Number)), ofRow(headOf(all))]);
  });
});

describe('states that are not what the rows make are named, digest or not', () => {
  const forged = (state: Uint8Array) => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, state);
    const [goal] = planRoots(doc).goals.values();
    (goal?.get('title') as Y.Text).insert(0, 'Ne ');
    return Y.encodeStateAsUpdate(doc);
  };

  test('a snapshot with another text, which is served otherwise', async () => {
    const { engine } = await lived();
    await engine.restart();
    const { sqlite } = engine.db;
    const { seq, state } = sqlite.prepare('SELECT seq, state FROM snapshot').get() as Kept;
    const other = forged(state);
    const digest = createHash('sha256').update(other).digest();
    sqlite.prepare('UPDATE snapshot SET state = ?, digest = ?').run(other, digest);
    const problems = async (states: boolean) => (await verifyLedger(sqlite, engine.documentId, { states })).problems;
    expect(await problems(true)).toEqual([{ seq, problem: 'state' }]);
    // Asked not to replay.
    expect(await problems(false)).toEqual([]);
    expect(await look(engine, (doc) => readPlan(doc).goals.some(({ title }) => title.startsWith('Ne ')))).toBe(true);
  });

  test('a snapshot of another row, of none, and one that cannot be read', async () => {
    const { sqlite, verify } = await lived();
    const put = sqlite.prepare('UPDATE snapshot SET seq = ?, state = coalesce(?, state)');
    const { seq, state } = sqlite.prepare('SELECT seq, state FROM snapshot').get() as Kept;
    for (const other of [0, -1, seq - 1, seq + 1000, 'x']) {
      put.run(other, null);
      expect(await verify(), String(other)).toEqual([{ seq: other, problem: 'state' }]);
    }
    for (const other of [Buffer.alloc(0), state.subarray(0, -1), 'text']) {
      put.run(seq, other);
      expect(await verify()).toEqual([{ seq, problem: 'state' }]);
    }
    put.run(seq, state);
    expect(await verify()).toEqual([]);
  });

  test('a checkpoint with another text', async () => {
    const { sqlite, verify } = await lived();
    const { seq, state } = sqlite.prepare('SELECT seq, state FROM checkpoint').get() as Kept;
    sqlite.prepare('UPDATE checkpoint SET state = ?').run(zstdCompressSync(forged(zstdDecompressSync(state))));
    expect(await verify()).toEqual([{ seq, problem: 'state' }]);
    sqlite.exec("UPDATE checkpoint SET state = x'00'");
    expect(await verify()).toEqual([{ seq, problem: 'state' }]);
  });
});
