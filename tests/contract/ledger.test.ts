import Database from 'better-sqlite3';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { addGoal, removeGoal } from '#domain/plan/edit.ts';
import { verifyLedger, type LedgerProblem } from '#server/documents/ledger/verify.ts';
import { startEngine } from '../support/engine.ts';

async function written() {
  const engine = await startEngine();
  engine.people.set('anna');
  const writer = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
  for (const title of ['Viens', 'Divi', 'Trīs']) addGoal(writer.doc, title);
  removeGoal(writer.doc, addGoal(writer.doc, 'Četri'));
  await writer.close();
  const sqlite = engine.db.sqlite;
  const verify = async () => (await verifyLedger(sqlite, engine.documentId)).problems.map(({ problem }) => problem);
  expect(await verify()).toEqual([]);
  // Somebody with the file in hand does not ask for foreign keys.
  sqlite.pragma('foreign_keys = OFF');
  return { engine, sqlite, verify };
}

describe('ledger:verify finds', () => {
  const columns = [
    'actor_id',
    'organisation_id',
    'connection_id',
    'at',
    'kind',
    'bytes',
    'inserted',
    'deleted',
    'provenance',
    'prev_hash',
    'hash',
    'seq',
    'document_id',
  ];
  test.each(columns)('a flipped byte in %s', async (column) => {
    const { sqlite, verify } = await written();
    const row = sqlite.prepare(`SELECT ${column} AS value FROM ledger WHERE seq = 4`).get() as { value: unknown };
    sqlite.prepare(`UPDATE ledger SET ${column} = ? WHERE seq = 4`).run(flipped(row.value));
    expect(await verify()).not.toEqual([]);
  });

  test('a value that became null, and a null that became a value', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec("UPDATE ledger SET actor_id = '' WHERE seq = 1");
    expect(await verify()).toContain<LedgerProblem['problem']>('changed');
    sqlite.exec('UPDATE ledger SET actor_id = NULL WHERE seq = 1');
    expect(await verify()).toEqual([]);
    sqlite.exec('UPDATE ledger SET connection_id = NULL WHERE seq = 4');
    expect(await verify()).toContain<LedgerProblem['problem']>('changed');
  });

  test('a removed row, the first one too', async () => {
    for (const seq of [1, 3, 5]) {
      const { sqlite, verify } = await written();
      sqlite.prepare('DELETE FROM ledger WHERE seq = ?').run(seq);
      expect(await verify()).toContain<LedgerProblem['problem']>('gap');
    }
  });

  test('two rows in each other’s place', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec('UPDATE ledger SET seq = 1000 WHERE seq = 4');
    sqlite.exec('UPDATE ledger SET seq = 4 WHERE seq = 5');
    sqlite.exec('UPDATE ledger SET seq = 5 WHERE seq = 1000');
    expect(await verify()).not.toEqual([]);
  });

  test('a last row that is cut off', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec('DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)');
    expect(await verify()).toEqual(['head']);
  });

  test('a row that was added behind the last', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec(`INSERT INTO ledger SELECT document_id, seq + 1, actor_id, organisation_id, connection_id, at, kind, bytes,
      inserted, deleted, provenance, prev_hash, hash FROM ledger ORDER BY seq DESC LIMIT 1`);
    expect(await verify()).toContain<LedgerProblem['problem']>('head');
  });

  test('a claim that says another name', async () => {
    const { sqlite, verify } = await written();
    sqlite.exec("UPDATE claim SET person_id = 'juris' WHERE person_id = 'anna'");
    expect(await verify()).toEqual(['claims']);
  });
});

test('the database waits for the disk', async () => {
  const { engine } = await written();
  expect(engine.db.sqlite.pragma('synchronous', { simple: true })).toBe(2);
  expect(engine.db.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
});

test('what is derived from the ledger can be thrown away: the document is the same without its snapshot', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  const writer = await engine.documents.join(engine.documentId, { personId: 'anna', organisationId: 'org' });
  for (let i = 0; i < 250; i++) addGoal(writer.doc, `Mērķis ${i}`);
  await writer.close();
  const text = () => engine.documents.read(engine.documentId, (doc) => JSON.stringify(doc.getMap('goals').toJSON()));
  const before = await text();
  const other = new Database(path.join(engine.dataDir, 'kopplans.sqlite'));
  const snapshot = other.prepare('SELECT seq FROM snapshot').get() as { seq: number };
  expect(snapshot.seq).toBeGreaterThan(200);
  await engine.restart();
  expect(await text()).toBe(before);
  other.exec('DELETE FROM snapshot');
  other.close();
  await engine.restart();
  expect(await text()).toBe(before);
});

function flipped(value: unknown): unknown {
  if (typeof value === 'number') return value ^ 64;
  if (Buffer.isBuffer(value)) {
    const copy = Buffer.from(value);
    copy[0] = (copy[0] ?? 0) ^ 1;
    return copy;
  }
  const text = String(value);
  return String.fromCharCode(text.charCodeAt(0) ^ 1) + text.slice(1);
}
