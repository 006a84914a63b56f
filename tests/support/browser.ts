import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { startApp, type AppServer } from './app-server.ts';

type Language = 'lv' | 'en';
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
  const [name = '', ...value] = server.admin('session:create', '--email', email).split('=');
  await context.addCookies([{ name, value: value.join('='), url: server.origin, httpOnly: true, sameSite: 'Lax' }]);
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

/** Asks axe about the page as it is now, with whatever is open. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    (violation) => `${violation.id}: ${violation.help}\n  ${violation.nodes.map((node) => node.html).join('\n  ')}`,
  );
  expect(found, 'accessibility').toEqual([]);
}

export { expect };
