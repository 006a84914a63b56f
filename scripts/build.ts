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
  'project.inlang/settings.json',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
];
/** Compiled messages are written by the build itself, and by the checks. */
const GENERATED = 'paraglide';
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

/**
 * A folder is as new as the last file that came into it or left it: what left shows nowhere else. The time of one with
 * generated files says nothing, for they come and go.
 */
function newest(file: string): number {
  const stats = statSync(file);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const names = readdirSync(file);
  const inputs = names.filter((name) => name !== GENERATED);
  const own = inputs.length === names.length ? stats.mtimeMs : 0;
  return Math.max(own, ...inputs.map((name) => newest(path.join(file, name))));
}
