import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { chromium } from '@playwright/test';
import { buildIfNeeded } from '../../scripts/build.ts';
import { chromiumForTests } from '../../scripts/chromium.ts';
import { CHROMIUM_ARGS } from '../playwright.config.ts';
import { benchBoard } from './board.ts';
import { benchTyping } from './typing.ts';
import { printFigures, type Figure } from './report.ts';
import type { Browser } from '@playwright/test';

// `npm run bench`: the built app in a real browser on this machine. `npm run bench -- board` runs one scenario.

const scenarios: Record<string, (browser: Browser) => Promise<Figure[]>> = { board: benchBoard, typing: benchTyping };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in scenarios));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(scenarios).join(', ')}`);
  process.exit(2);
}

buildIfNeeded();
const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
console.log(`${commit} · Node ${process.version} · ${cpus().length} cores · ${Math.round(totalmem() / 2 ** 30)} GiB`);

const browser = await chromium.launch({ executablePath: chromiumForTests().path, args: CHROMIUM_ARGS });
try {
  const figures: Figure[] = [];
  for (const [name, run] of Object.entries(scenarios)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n${name} …`);
    figures.push(...(await run(browser)));
  }
  printFigures(figures);
} finally {
  await browser.close();
}
