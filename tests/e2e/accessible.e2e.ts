import type { BrowserContext, Page } from '@playwright/test';
import { startApp, type AppServer } from '../support/app-server.ts';
import { expect, expectAccessible, prefer, signIn, test } from '../support/browser.ts';
import { COORDINATOR, WALKS } from '../support/walks.ts';
import { wordsIn } from '../support/words.ts';

// Everything that can be open on a screen, in both languages; `expectAccessible` looks at it in both themes. In Latvian
// on a wide screen, in English on a phone: each page's layouts are seen as well.

// A trace would take longer than the test.
test.use({ trace: 'off' });
test.describe.configure({ timeout: 120_000 });

const VIEWPORTS = { lv: { width: 1440, height: 900 }, en: { width: 390, height: 844 } } as const;

for (const language of ['lv', 'en'] as const) {
  for (const [name, walk] of Object.entries(WALKS)) {
    test(`axe finds nothing: ${name} (${language})`, async ({ demo, openContext }) => {
      const servers: AppServer[] = [];
      const stage = {
        m: wordsIn(language),
        demo,
        async fresh(): Promise<AppServer> {
          const server = await startApp({ demo: false });
          servers.push(server);
          return server;
        },
        async browser(server: AppServer, email?: string): Promise<BrowserContext> {
          const context = await openContext({ baseURL: server.origin, viewport: VIEWPORTS[language] });
          if (email) await signIn(context, server, email);
          await prefer(context, server.origin, { language, theme: 'light' });
          return context;
        },
      };
      try {
        for await (const stop of walk(stage))
          await test.step(stop.name, async () => {
            await expectAccessible(stop.page);
            await expectNoSidewaysScroll(stop.page);
          });
      } finally {
        for (const server of servers) await server.dispose();
      }
    });
  }
}

test('no page scrolls sideways on a tablet', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR, { width: 768 });
  for (const address of ['plan/2025/authors', 'people', 'plan/2025?by=status', 'plan/2025']) {
    await page.goto(`/w/kekavas-novads/${address}`);
    await expectNoSidewaysScroll(page);
  }
  await page.locator('article h3 a').first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoSidewaysScroll(page);
});

/** What is wide scrolls inside itself. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(overflows, 'the page itself scrolls sideways').toBe(false);
}
