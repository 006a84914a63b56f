import { spawn } from 'node:child_process';
import path from 'node:path';

// `npm test`: every check, in order, and how long each took. `npm test -- unit browser` runs only those named.

const root = path.resolve(import.meta.dirname, '..');
const binaries = path.join(root, 'node_modules/.bin');
const bin = (name: string) => path.join(binaries, name);
// The project's own Node, whatever this was started with.
const env = { ...process.env, PATH: `${binaries}${path.delimiter}${process.env.PATH ?? ''}` };

type Stage = { name: string; commands: string[][] };
/** One row after another; the stages of a row at the same time. */
const rows: Stage[][] = [
  [{ name: 'format', commands: [[bin('prettier'), '--check', '.']] }],
  [
    {
      name: 'prepare',
      commands: [
        ['npm', 'run', '-s', 'i18n'],
        [bin('svelte-kit'), 'sync'],
      ],
    },
  ],
  [
    { name: 'lint', commands: [[bin('eslint'), '.', '--max-warnings', '0']] },
    { name: 'types', commands: [[bin('svelte-check'), '--tsconfig', 'tsconfig.json', '--fail-on-warnings']] },
    { name: 'rooms', commands: [[bin('depcruise'), '--progress', 'none', 'src', 'server', 'scripts']] },
    { name: 'unused', commands: [[bin('knip')]] },
  ],
  [{ name: 'unit', commands: [[bin('vitest'), 'run']] }],
  [{ name: 'browser', commands: [[process.execPath, path.join(root, 'scripts/test-browser.ts')]] }],
];
const stages = rows.flat();

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${stages.map((stage) => stage.name).join(', ')}`);
  process.exit(2);
}

const times: string[] = [];
for (const row of rows) {
  const due = row.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (due.length > 1) console.log(`\n${due.map(({ name }) => name).join(', ')} …`);
  const results = await Promise.all(due.map((stage) => run(stage, due.length > 1)));
  const failed = due.filter((_, i) => !results[i]);
  if (failed.length > 0) {
    console.error(`\n${failed.map(({ name }) => name).join(', ')} failed`);
    process.exit(1);
  }
}
console.log(`\nAll checks passed: ${times.join(', ')}`);

/** Runs a stage; `held`: what it prints is shown when it has ended. */
async function run({ name, commands }: Stage, held: boolean): Promise<boolean> {
  const start = performance.now();
  let printed = '';
  if (!held) console.log(`\n── ${name}`);
  let passed = true;
  for (const [command = '', ...args] of commands) {
    passed &&= await new Promise<boolean>((resolve) => {
      const child = spawn(command, args, { cwd: root, stdio: held ? 'pipe' : 'inherit', env });
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += String(chunk)));
      child.once('error', () => resolve(false));
      child.once('close', (code) => resolve(code === 0));
    });
  }
  if (held) console.log(`\n── ${name}\n${printed}`);
  times.push(`${name} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return passed;
}
