import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { benchApp } from './app.ts';
import { benchLedger } from './ledger.ts';
import { benchSync } from './sync/main.ts';

// `npm run bench`: the built app in a real browser on this machine; `npm run bench -- board` runs one scenario of it.
// `npm run bench -- sync [scenario …]`: document sockets beside the servers that people would otherwise use.
// `npm run bench -- ledger`: how fast the record of changes is checked, and what it takes.

const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
console.log(`${commit} · Node ${process.version} · ${cpus().length} cores · ${Math.round(totalmem() / 2 ** 30)} GiB`);

const [first, ...rest] = process.argv.slice(2);
try {
  if (first === 'sync') await benchSync(rest);
  else if (first === 'ledger') await benchLedger();
  else await benchApp(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
