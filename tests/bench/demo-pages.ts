import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { AppServer } from '../support/app-server.ts';
import { signIn } from '../support/browser.ts';

export const PLAN = '/w/kekavas-novads/plan/2025';
export const COORDINATOR = 'aija.kruze@example.org';

/** A fresh browser profile in which this person is signed in. */
export async function signedIn(browser: Browser, server: AppServer, email: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'lv-LV' });
  await signIn(context, server, email);
  return context;
}

/** Resolves when the board is live, with the milliseconds since the navigation began (the page's own clock). */
export async function whenLive(page: Page): Promise<number> {
  const handle = await page.waitForFunction(
    () => (document.querySelector('[data-live="true"]') ? performance.now() : false),
    null,
    { polling: 'raf' },
  );
  return (await handle.jsonValue()) as number;
}
