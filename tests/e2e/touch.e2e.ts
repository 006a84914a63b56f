import type { Page } from '@playwright/test';
import { expect, prefer, test } from '../support/browser.ts';

// A person with a small phone: everything is tapped.

const BOARD = '/w/kekavas-novads/plan/2025';

test.describe.configure({ timeout: 240_000 });

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function tap(page: Page, name: string | RegExp, role: 'button' | 'link' | 'menuitem' | 'option' = 'button') {
  const target = page
    .getByRole(role, { name, exact: typeof name === 'string' })
    .filter({ visible: true })
    .first();
  await target.scrollIntoViewIfNeeded();
  await target.tap();
}

test('signs in, writes an action with its fields, moves it, deletes it and takes that back', async ({
  openContext,
  demo,
}) => {
  const context = await openContext({ baseURL: demo.origin, ...PHONE });
  await prefer(context, demo.origin, { language: 'lv', theme: 'light' });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await tap(page, /^Pierakstīties kā Gita Rozentāle/);
  await expect(page.locator('[data-live="true"]')).toBeVisible();

  await tap(page, 'Rīcība');
  await page.getByLabel('Jaunās rīcības nosaukums').fill('Pirksta rīcība');
  await tap(page, 'Pievienot');
  await tap(page, 'Atcelt');
  await tap(page, 'Pirksta rīcība', 'link');

  const sheet = page.getByRole('dialog');
  const title = sheet.getByRole('textbox', { name: 'Nosaukums' });
  await title.tap();
  await page.keyboard.press('End');
  await page.keyboard.type(' pie upes');
  await sheet.getByLabel('Statuss').selectOption('running');
  await tap(page, 'Pievienot partneri');
  await page.keyboard.type('mezin');
  await sheet.getByRole('listbox').getByRole('option').first().tap();
  await expect(sheet.getByRole('button', { name: 'Noņemt: Mežinieku apkaimes attīstībai' })).toBeVisible();
  const text = sheet.getByRole('textbox', { name: 'Apraksts' });
  await text.tap();
  await page.keyboard.type('Satiekamies pie tilta.');
  await tap(page, 'Treknraksts');
  await page.keyboard.type(' Līdz vakaram.');
  await expect(text.locator('strong')).toHaveText(' Līdz vakaram.');
  await tap(page, 'Pievienot avotu');
  const amount = sheet.getByLabel('Summa', { exact: true });
  await amount.tap();
  await page.keyboard.type('250');
  await tap(page, 'Pievienot rādītāju');
  await page.keyboard.type('Dalībnieki');
  await tap(page, 'Aizvērt rīcību');
  await expect(sheet).toHaveCount(0);

  await page.reload();
  const card = page.getByRole('article').filter({ hasText: 'Pirksta rīcība pie upes' });
  await expect(card).toBeVisible();
  await expect(card).toContainText('250');
  await tap(page, 'Darbības ar rīcību „Pirksta rīcība pie upes”');
  await tap(page, 'Dzēst rīcību', 'menuitem');
  await expect(card).toHaveCount(0);
  await tap(page, 'Atsaukt');
  await expect(card).toBeVisible();

  await tap(page, 'Kas to rakstīja');
  await expect(page.getByRole('complementary').getByRole('listitem')).not.toHaveCount(0);
  await page.goto(`${BOARD}/authors`);
  await tap(page, /Rūta Kļaviņa/, 'link');
  await expect(page.getByRole('complementary').getByRole('heading').first()).toBeInViewport();
  await tap(page, 'Atpakaļ uz kopsavilkumu', 'link');
  await tap(page, 'Konts', 'link');
  await expect(page.getByRole('heading', { level: 1, name: 'Jūsu konts' })).toBeVisible();
});

test('everything that can be tapped is as large as a finger', async ({ openContext, demo }) => {
  const context = await openContext({ baseURL: demo.origin, ...PHONE });
  await prefer(context, demo.origin, { language: 'lv', theme: 'light' });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await expect.poll(() => tooSmall(page)).toEqual([]);
  await tap(page, /^Pierakstīties kā Aija Krūze/);
  await expect(page.locator('[data-live="true"]')).toBeVisible();
  await tap(page, 'Filtrēt');
  for (const address of ['', '/authors']) {
    if (address) await page.goto(BOARD + address);
    expect(await tooSmall(page), address).toEqual([]);
  }
  for (const address of ['/w/kekavas-novads/people', '/account']) {
    await page.goto(address);
    expect(await tooSmall(page), address).toEqual([]);
  }
  await page.goto(BOARD);
  await page.locator('article h3 a').filter({ visible: true }).first().tap();
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Apraksts' })).toBeVisible();
  expect(await tooSmall(page), 'sheet').toEqual([]);
});

/** Buttons, fields and links that stand alone, smaller than 40 px to the finger. Links within running text may be. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST = 40;
    const all = document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, a[href]');
    return [...all].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const hidden = width <= 1 || height <= 1 || getComputedStyle(element).visibility === 'hidden';
      if (hidden || element.closest('p, [inert]')) return [];
      // What is drawn around it to be tapped belongs to it, and so does the label of a small box.
      const around = getComputedStyle(element, '::after');
      const grown = around.position === 'absolute' ? Number.parseFloat(around.height) || 0 : 0;
      const label = (element as HTMLInputElement).labels?.[0]?.getBoundingClientRect().height ?? 0;
      const reach = Math.max(
        height,
        grown,
        ['checkbox', 'radio'].includes((element as HTMLInputElement).type) ? label : 0,
      );
      return reach < LEAST ? [`${element.outerHTML.slice(0, 120)}: ${Math.round(width)}×${Math.round(reach)}`] : [];
    });
  });
}
