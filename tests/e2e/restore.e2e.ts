import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { startApp, type AppServer } from '../support/app-server.ts';
import { expect, expectAccessible, prefer, signIn, test } from '../support/browser.ts';

const PLAN = '/w/kekavas-novads/plan/2025';
const AIJA = 'aija.kruze@example.org';
const MARTINS = 'martins.berzins@example.org';

const titleOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Plāna nosaukums' });
const savedState = (page: Page): Locator => page.locator('[data-connection]');

async function append(page: Page, text: string): Promise<void> {
  await titleOf(page).press('End');
  await titleOf(page).pressSequentially(text);
}

async function peopleOf(
  openContext: () => Promise<BrowserContext>,
  server: AppServer,
  email: string,
): Promise<BrowserContext> {
  const context = await openContext();
  await signIn(context, server, email);
  await prefer(context, server.origin, { language: 'lv', theme: 'light' });
  return context;
}

async function openPlan(context: BrowserContext, server: AppServer): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.origin + PLAN);
  await expect(savedState(page)).toHaveText('Saglabāts');
  return page;
}

test.describe.configure({ timeout: 240_000 });

test('after a restore from a backup everybody starts from it, and nobody loses what they wrote since', async ({
  openContext,
}) => {
  const server = await startApp();
  const backups = mkdtempSync(path.join(tmpdir(), 'kopplans-backups-'));
  try {
    const [aijas, martinsHas] = [
      await peopleOf(openContext, server, AIJA),
      await peopleOf(openContext, server, MARTINS),
    ];
    const [first, second] = [await openPlan(aijas, server), await openPlan(aijas, server)];
    await second.locator('article h3 a').first().click();
    await expect(second.getByRole('dialog').getByRole('textbox', { name: 'Apraksts' })).toBeVisible();
    const martins = await openPlan(martinsHas, server);
    await append(first, ' pirms kopijas');
    await expect(savedState(first)).toHaveText('Saglabāts');
    const backup = path.join(backups, 'copy.sqlite');
    server.admin('backup', backup);

    await append(first, ', pēc kopijas');
    await expect(savedState(first)).toHaveText('Saglabāts');
    await expect(titleOf(martins)).toHaveValue(/ pirms kopijas, pēc kopijas$/);
    await server.stop();
    await append(first, ', bez servera');
    await expect(savedState(first)).toHaveText('Bezsaistē: 1 izmaiņa glabājas šeit');
    server.admin('restore', backup, '--yes');
    await server.start();

    // Tabs that were open all the time: nobody has to load anything.
    const dialog = first.getByRole('dialog');
    await expect(dialog).toContainText('Plāns ir atjaunots no rezerves kopijas', { timeout: 20_000 });
    await expect(dialog.getByRole('textbox')).toHaveValue(/, pēc kopijas, bez servera$/);
    await expectAccessible(first);
    for (const page of [first, second, martins]) {
      await expect(titleOf(page)).toHaveValue(/ pirms kopijas$/, { timeout: 20_000 });
    }
    await expect(martins.getByText('Tas, kas rakstīts pēc kopijas izveides')).toBeVisible();
    await expect(martins.getByRole('dialog')).toHaveCount(0);
    await martins.getByRole('button', { name: 'Skaidrs' }).click();
    await append(martins, ' (raksta tālāk)');
    await expect(titleOf(first)).toHaveValue(/ pirms kopijas \(raksta tālāk\)$/);

    // The second tab is of the same browser: it offers the same, once, though an action is open; and it knows when the
    // first has put it back.
    const twin = second.getByRole('dialog', { name: 'Plāns ir atjaunots no rezerves kopijas' });
    await expect(twin).toHaveCount(1);
    await expect(twin.getByRole('textbox')).toHaveValue(/, pēc kopijas, bez servera$/);
    await dialog.getByRole('button', { name: 'Ievietot no jauna' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(titleOf(martins)).toHaveValue(/ pirms kopijas, pēc kopijas, bez servera \(raksta tālāk\)$/);
    await twin.getByRole('button', { name: 'Ievietot no jauna' }).click();
    await expect(twin).toHaveCount(0);
    await second.getByRole('dialog').press('Escape');
    await expect(second.getByRole('dialog')).toHaveCount(0);
    await append(second, ' un vēl');
    await expect(savedState(second)).toHaveText('Saglabāts');
    await expect(titleOf(martins)).toHaveValue(/ pirms kopijas, pēc kopijas, bez servera \(raksta tālāk\) un vēl$/);

    await first.reload();
    await expect(savedState(first)).toHaveText('Saglabāts');
    await expect(first.getByText('rezerves kopijas')).toHaveCount(0);
    expect(server.admin('ledger:verify')).toContain('in order');
  } finally {
    await server.dispose();
    rmSync(backups, { recursive: true });
  }
});

test('a browser that was closed with unsent text finds it when the plan was restored meanwhile', async ({
  openContext,
}) => {
  const server = await startApp();
  const backups = mkdtempSync(path.join(tmpdir(), 'kopplans-backups-'));
  try {
    const aijas = await peopleOf(openContext, server, AIJA);
    const backup = path.join(backups, 'copy.sqlite');
    server.admin('backup', backup);
    const page = await openPlan(aijas, server);
    const titleBefore = await titleOf(page).inputValue();
    await aijas.setOffline(true);
    await append(page, ' bez tīkla');
    await expect(savedState(page)).toHaveText('Bezsaistē: 1 izmaiņa glabājas šeit');
    await page.close();
    await server.stop();
    server.admin('restore', backup, '--yes');
    await server.start();

    await aijas.setOffline(false);
    const again = await openPlan(aijas, server);
    const dialog = again.getByRole('dialog');
    await expect(dialog.getByRole('textbox')).toHaveValue(/bez tīkla$/);
    await expect(titleOf(again)).toHaveValue(titleBefore);
    await again.keyboard.press('Escape');
    await expect(again.getByText('Jūsu teksts nav pazudis')).toBeVisible();
    await expectAccessible(again);
    // Signing out asks about it as about anything that was not sent.
    await again.goto(`${server.origin}/sign-out`);
    await expect(again.getByText('1 izmaiņa šajā ierīcē vēl nav nosūtīta')).toBeVisible();

    const later = await openPlan(aijas, server);
    await later.getByRole('button', { name: 'Atmest izmaiņas' }).click();
    await later.getByRole('button', { name: 'Jā, atmest' }).click();
    await expect(later.getByRole('dialog')).toHaveCount(0);
    await expect(titleOf(later)).toHaveValue(titleBefore);
    await later.reload();
    await expect(savedState(later)).toHaveText('Saglabāts');
    await expect(later.getByText('rezerves kopijas')).toHaveCount(0);
  } finally {
    await server.dispose();
    rmSync(backups, { recursive: true });
  }
});
