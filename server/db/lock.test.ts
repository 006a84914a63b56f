import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lockDataDir } from './lock.ts';

test('a data folder belongs to one server', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-'));
  expect(lockDataDir(dataDir)).toBe(true);
  expect(lockDataDir(dataDir)).toBe(false);
  expect(lockDataDir(path.join(dataDir, 'other'))).toBe(true);
});
