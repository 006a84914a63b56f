import { chromium, type Browser } from '@playwright/test';
import { buildIfNeeded } from '../../scripts/build.ts';
import { chromiumForTests } from '../../scripts/chromium.ts';
import { CHROMIUM_ARGS } from '../playwright.config.ts';
import { benchBoard } from './board.ts';
import { printFigures, type Figure } from './report.ts';
import { benchTyping } from './typing.ts';

const scenarios: Record<string, (browser: Browser) => Promise<Figure[]>> = { board: benchBoard, typing: benchTyping };

/**
 * The built app in a real browser: runs the scenarios named, or all, and prints what was measured.
 * @throws Error when there is no such scenario
 */
export async function benchApp(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !(name in scenarios));
  if (unknown.length > 0) {
    throw new Error(`No such benchmark: ${unknown.join(', ')}. There are: sync, ${Object.keys(scenarios).join(', ')}`);
  }
  buildIfNeeded();
  const { path } = chromiumForTests();
  console.log(`Chromium: ${path}`);
  const browser = await chromium.launch({ executablePath: path, args: CHROMIUM_ARGS });
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
}
