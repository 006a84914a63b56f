import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { addGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { LedgerReader } from '#server/documents/ledger/reader.ts';
import { command } from '../support/command.ts';
import { startEngine, until } from '../support/engine.ts';
import Database from 'better-sqlite3';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'kopplans-backup-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** The titles of goals that a copy holds, from its ledger alone. */
function goalsIn(file: string): string[] {
  const db = new Database(file, { readonly: true });
  const doc = new Y.Doc();
  const reader = new LedgerReader(db);
  for (const { id, head_seq } of db.prepare<[], { id: string; head_seq: number }>('SELECT * FROM document').all()) {
    for (const { kind, bytes } of reader.rows(id, 1, head_seq)) if (kind !== 'claim') Y.applyUpdate(doc, bytes);
  }
  db.close();
  return readPlan(doc).goals.map(({ title }) => title);
}

test('L3, L7: a backup that is made while people write holds all that was saved when it began, and its ledger is in order', async () => {
  const engine = await startEngine();
  engine.people.set('anna');
  const anna = await engine.connect('anna').synced();
  for (let i = 0; i < 300; i++) addGoal(anna.doc, `Pirms ${i}`);
  await until(
    async () => (await engine.documents.read(engine.documentId, (doc) => readPlan(doc).goals.length)) === 300,
  );
  let more = 0;
  const writing = setInterval(() => addGoal(anna.doc, `Kopš tā ${more++}`), 1);
  const file = path.join(folder(), 'deeper/copy.sqlite');
  const { status, printed } = await command(engine.dataDir, 'backup', file);
  clearInterval(writing);
  expect(printed).toContain('in order');
  expect(status).toBe(0);
  const goals = goalsIn(file);
  expect(goals.filter((title) => title.startsWith('Pirms'))).toHaveLength(300);
  // One moment: of what came later there is the beginning, or nothing.
  const later = goals.filter((title) => title.startsWith('Kopš tā'));
  expect(later).toEqual(later.map((_, i) => `Kopš tā ${i}`));
});

test('L7: a backup replaces no file and leaves nothing behind when the ledger is not in order', async () => {
  const engine = await startEngine();
  const there = path.join(folder(), 'there.sqlite');
  writeFileSync(there, 'mine');
  expect(await command(engine.dataDir, 'backup', there)).toMatchObject({
    status: 1,
    printed: expect.stringContaining('exists already'),
  });

  engine.db.sqlite.exec("UPDATE ledger SET inserted = '[]' WHERE seq = 2");
  const target = path.join(folder(), 'copy.sqlite');
  const { status, printed } = await command(engine.dataDir, 'backup', target);
  expect(status).toBe(1);
  expect(printed).toContain('not in order');
  expect(existsSync(target)).toBe(false);
  expect(readdirSync(path.dirname(target))).toEqual([]);
});

test('L11: a backup says beside itself where every ledger ends', async () => {
  const engine = await startEngine();
  const file = path.join(folder(), 'copy.sqlite');
  const { printed } = await command(engine.dataDir, 'backup', file);
  expect(printed).toMatch(/copy\.sqlite\.heads\.json: .* Keep it elsewhere/);
  const [head] = engine.db.sqlite
    .prepare<[], { id: string; head_seq: number; head_hash: Buffer }>('SELECT id, head_seq, head_hash FROM document')
    .all();
  expect(JSON.parse(readFileSync(`${file}.heads.json`, 'utf8'))).toEqual({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    documents: [{ id: engine.documentId, seq: head?.head_seq, hash: head?.head_hash.toString('hex') }],
  });
  rmSync(file);
  expect(await command(engine.dataDir, 'backup', file)).toMatchObject({
    status: 1,
    printed: expect.stringContaining('heads.json exists already'),
  });
});

test('L11: ledger:verify holds a ledger against the heads of a backup', async () => {
  const engine = await startEngine();
  const file = path.join(folder(), 'copy.sqlite');
  await command(engine.dataDir, 'backup', file);
  const heads = `${file}.heads.json`;
  expect(await command(engine.dataDir, 'ledger:verify', '--heads', heads)).toMatchObject({ status: 0 });
  const another = readFileSync(heads, 'utf8').replace(/"hash": "[0-9a-f]{4}/, '"hash": "0000');
  writeFileSync(heads, another);
  expect(await command(engine.dataDir, 'ledger:verify', '--heads', heads)).toMatchObject({
    status: 1,
    printed: expect.stringContaining('remembered elsewhere'),
  });
  expect(await command(engine.dataDir, 'ledger:verify', '--heads', `${heads}.not`)).toMatchObject({
    status: 1,
    printed: expect.stringContaining('There is no file'),
  });
});
