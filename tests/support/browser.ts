import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { startApp, type AppServer } from './app-server.ts';
import { newSession } from './new-session.ts';
import type { Language } from './words.ts';

type Theme = 'light' | 'dark';

type TestFixtures = {
  /** Every page of the test's contexts fails the test on an uncaught error or a broken content security policy. */
  openContext: (options?: Parameters<import('@playwright/test').Browser['newContext']>[0]) => Promise<BrowserContext>;
  /** A browser of its own in which this person is signed in. */
  browserOf: (email: string, options?: { language?: Language; theme?: Theme; width?: number }) => Promise<Page>;
};

type WorkerFixtures = {
  /** The built app with the demo workspace, shared by the tests of a worker. */
  demo: AppServer;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  demo: [
    async ({}, use) => {
      const server = await startApp();
      await use(server);
      await server.dispose();
    },
    { scope: 'worker' },
  ],
  openContext: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    const faults: string[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      context.on('weberror', (error) => faults.push(error.error().message));
      context.on('console', (message) => {
        if (/content security policy/i.test(message.text())) faults.push(message.text());
      });
      return context;
    });
    for (const context of contexts) await context.close();
    expect(faults, 'errors in the browser').toEqual([]);
  },
  browserOf: async ({ openContext, demo }, use) => {
    await use(async (email, { language = 'lv', theme = 'light', width = 1440 } = {}) => {
      const context = await openContext({ viewport: { width, height: width < 500 ? 844 : 900 }, baseURL: demo.origin });
      await signIn(context, demo, email);
      await prefer(context, demo.origin, { language, theme });
      return context.newPage();
    });
  },
});

/** Signs a person in without the sign-in page. */
export async function signIn(context: BrowserContext, server: AppServer, email: string): Promise<void> {
  const { name, value } = await newSession(server, email);
  await context.addCookies([{ name, value, url: server.origin, httpOnly: true, sameSite: 'Lax' }]);
}

/** Chooses language and theme as the account page would. */
export async function prefer(
  context: BrowserContext,
  origin: string,
  { language, theme }: { language: Language; theme: Theme },
): Promise<void> {
  await context.addCookies([
    { name: 'kopplans-locale', value: language, url: origin },
    { name: 'kopplans-theme', value: theme, url: origin },
  ]);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Asks axe about the page as it is now, with whatever is open, and about its colours in the other theme as well: the
 * theme changes nothing else. What lies behind a dialog cannot be reached and is looked at without it.
 */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  expect(await page.evaluate(violations), 'accessibility').toEqual([]);
}

/** Runs in the page, where axe is. */
async function violations(): Promise<string[]> {
  const { axe } = window as unknown as { axe: typeof import('axe-core') };
  const root = document.documentElement;
  const theme = root.dataset.theme;
  const dialog = document.querySelector('[aria-modal="true"]');
  const behind = dialog ? [...document.querySelectorAll('main > *')].filter((part) => !part.contains(dialog)) : [];
  const ask = async (options: import('axe-core').RunOptions) => {
    // Nothing is looked at while it fades or moves.
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    const found = (await axe.run({ exclude: behind }, { ...options, resultTypes: ['violations'], preload: false }))
      .violations;
    return found.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`);
  };
  const here = await ask({});
  root.dataset.theme = theme === 'dark' ? 'light' : 'dark';
  const inOtherTheme = await ask({ runOnly: ['color-contrast'] });
  root.dataset.theme = theme;
  return [...here, ...inOtherTheme];
}

export { expect };
