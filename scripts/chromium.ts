import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chromium } from '@playwright/test';

/** Without windows of its own a Chromium takes a third less of the processor: that one first. */
const USUAL_PATHS = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium to run the tests in, and where it was found or how it was installed. */
export type FoundChromium = { path: string; how: string };

/**
 * Looks for a Chromium: environment variable CHROMIUM_PATH, the usual paths, Playwright's own. Installs one when there
 * is none: by Playwright's download, else (as root, on Debian) the system's package.
 * @throws Error saying what to do when none can be had
 */
export function chromiumForTests(): FoundChromium {
  return find() ?? install();
}

function find(): FoundChromium | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (runs(named)) return { path: named, how: 'CHROMIUM_PATH' };
    throw new Error(`CHROMIUM_PATH is "${named}", and there is no program that can be run`);
  }
  const usual = USUAL_PATHS.find(runs);
  if (usual) return { path: usual, how: 'found on this machine' };
  const own = chromium.executablePath();
  return runs(own) ? { path: own, how: "Playwright's own" } : null;
}

function install(): FoundChromium {
  console.log('No Chromium here: trying to download the one of Playwright …');
  spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], {
    stdio: 'inherit',
    timeout: 300_000,
  });
  const downloaded = find();
  if (downloaded) return { ...downloaded, how: 'downloaded by Playwright' };
  if (process.getuid?.() === 0 && runs('/usr/bin/apt-get')) {
    const apt = (...args: string[]) =>
      spawnSync('apt-get', [...args, '-qq'], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    apt('update');
    for (const name of ['chromium-headless-shell', 'chromium']) {
      console.log(`Installing Debian's package ${name} …`);
      apt('install', '-y', '--no-install-recommends', name);
      const installed = find();
      if (installed) return { ...installed, how: "Debian's package, installed now" };
    }
  }
  throw new Error('The browser tests need Chromium: install it, or name one in CHROMIUM_PATH');
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
