import { spawnSync } from 'node:child_process';
import path from 'node:path';

// `npm test`: every check, in order, and how long each took. `npm test -- unit browser` runs only those named.

const root = path.resolve(import.meta.dirname, '..');
const binaries = path.join(root, 'node_modules/.bin');
const bin = (name: string) => path.join(binaries, name);
// The project's own Node, whatever this was started with.
const env = { ...process.env, PATH: `${binaries}${path.delimiter}${process.env.PATH ?? ''}` };

type Stage = { name: string; commands: string[][] };
const stages: Stage[] = [
  { name: 'format', commands: [[bin('prettier'), '--check', '.']] },
  {
    name: 'prepare',
    commands: [
      ['npm', 'run', '-s', 'i18n'],
      [bin('svelte-kit'), 'sync'],
    ],
  },
  { name: 'lint', commands: [[bin('eslint'), '.', '--max-warnings', '0']] },
  { name: 'types', commands: [[bin('svelte-check'), '--tsconfig', 'tsconfig.json', '--fail-on-warnings']] },
  { name: 'rooms', commands: [[bin('depcruise'), '--progress', 'none', 'src', 'server', 'scripts']] },
  { name: 'unused', commands: [[bin('knip')]] },
  { name: 'unit', commands: [[bin('vitest'), 'run']] },
  { name: 'browser', commands: [[process.execPath, path.join(root, 'scripts/test-browser.ts')]] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${stages.map((stage) => stage.name).join(', ')}`);
  process.exit(2);
}

const times: string[] = [];
for (const stage of stages) {
  if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
  console.log(`\n── ${stage.name}`);
  const start = performance.now();
  for (const [command = '', ...args] of stage.commands) {
    const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
    if (result.status !== 0) {
      console.error(`\n${stage.name} failed`);
      process.exit(1);
    }
  }
  times.push(`${stage.name} ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
console.log(`\nAll checks passed: ${times.join(', ')}`);
