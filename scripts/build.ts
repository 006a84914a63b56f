import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const INPUTS = ['src', 'server', 'static', 'project.inlang', 'package-lock.json', 'svelte.config.js', 'vite.config.ts'];
const OUTPUT = path.join(root, 'build/handler.js');

/** Builds the app unless the build is newer than everything that it is made from. */
export function buildIfNeeded(): void {
  if (
    existsSync(OUTPUT) &&
    statSync(OUTPUT).mtimeMs > Math.max(...INPUTS.map((input) => newest(path.join(root, input))))
  ) {
    return;
  }
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
