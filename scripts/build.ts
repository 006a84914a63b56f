import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { takeLock } from '../server/db/lock.ts';

const root = path.resolve(import.meta.dirname, '..');
const INPUTS = [
  'src',
  'server',
  'scripts',
  'static',
  'project.inlang',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
];
const OUTPUT = path.join(root, 'build/handler.js');

/** Builds write into `.svelte-kit` and `build`: two at a time would spoil each other's. */
const LOCK = path.join(root, '.svelte-kit/build.lock');
const PATIENCE_MS = 10 * 60_000;

/**
 * Builds the app unless the build is newer than everything that it is made from. When another process is building it
 * here, waits for that.
 */
export function buildIfNeeded(): void {
  const release = takeLock(LOCK) ?? waitForOther();
  if (!isNewest()) build();
  release();
}

function waitForOther(): () => void {
  console.log('Kopplāns is being built here by another process. Waiting for it …');
  const release = takeLock(LOCK, PATIENCE_MS);
  if (release) return release;
  console.error(`The other build has not ended within ${PATIENCE_MS / 60_000} minutes.`);
  process.exit(1);
}

function isNewest(): boolean {
  if (!existsSync(OUTPUT)) return false;
  return statSync(OUTPUT).mtimeMs > Math.max(...INPUTS.map((input) => newest(path.join(root, input))));
}

function build(): void {
  console.log('Building Kopplāns …');
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const result = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEMO: '1' },
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function newest(file: string): number {
  const stats = statSync(file);
  // Compiled messages are written by the build itself.
  if (!stats.isDirectory()) return stats.mtimeMs;
  if (path.basename(file) === 'paraglide' || path.basename(file) === 'cache') return 0;
  return Math.max(0, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}
