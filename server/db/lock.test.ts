import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lockDataDir, takeLock } from './lock.ts';

test('a data folder belongs to one server', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-'));
  const release = lockDataDir(dataDir);
  expect(release).not.toBeNull();
  expect(lockDataDir(dataDir)).toBeNull();
  expect(lockDataDir(path.join(dataDir, 'other'))).not.toBeNull();
  release?.();
  expect(lockDataDir(dataDir)).not.toBeNull();
});

test('a lock that was given back can be taken again', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'kopplans-')), 'build.lock');
  const release = takeLock(file);
  expect(takeLock(file)).toBeNull();
  release?.();
  expect(takeLock(file)).not.toBeNull();
});

test('whoever waits gets the lock when the process that has it ends, however it ends', async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'kopplans-')), 'build.lock');
  const lock = path.resolve(import.meta.dirname, 'lock.ts');
  const script = `const { takeLock } = await import(process.argv[1]);
    console.log(takeLock(process.argv[2]) !== null);
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script, lock, file]);
  const [said] = await once(other.stdout, 'data');
  expect(String(said)).toBe('true\n');
  expect(takeLock(file)).toBeNull();
  other.kill('SIGKILL');
  expect(takeLock(file, 30_000)).not.toBeNull();
}, 30_000);
