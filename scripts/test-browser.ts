import { spawnSync } from 'node:child_process';
import { buildIfNeeded } from './build.ts';
import { chromiumForTests } from './chromium.ts';

// The browser tests: finds or installs a Chromium, builds the app, runs Playwright. Arguments go to Playwright.

const browser = chromiumForTests();
console.log(`Chromium: ${browser.path} (${browser.how})`);
buildIfNeeded();
const result = spawnSync(
  process.execPath,
  ['node_modules/@playwright/test/cli.js', 'test', '--config', 'tests/playwright.config.ts', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: browser.path } },
);
process.exit(result.status ?? 1);
