import type { Locator, Page } from '@playwright/test';
import { expect, signIn, test } from '../support/browser.ts';
import { tabTo } from '../support/keyboard.ts';

// A person without a mouse: nothing here is clicked, focused or filled but by keys.

const BOARD = '/w/kekavas-novads/plan/2025';
const AIJA = 'aija.kruze@example.org';

test.describe.configure({ timeout: 240_000 });

/** Goes to something with Tab and presses a key there. */
async function pressOn(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

async function write(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

test('signs in, chooses how it looks, changes the name and the password, signs out', async ({ openContext, demo }) => {
  const context = await openContext({ baseURL: demo.origin, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await pressOn(page, page.getByRole('button', { name: 'English' }));
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await pressOn(page, page.getByRole('button', { name: 'Latviešu' }));
  await expect(page.locator('html')).toHaveAttribute('lang', 'lv');
  await pressOn(page, page.getByRole('button', { name: /^Pierakstīties kā Pēteris Ozols/ }));
  await expect(page).toHaveURL(BOARD);

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Pāriet uz saturu' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await page.reload();
  await pressOn(page, page.getByRole('navigation').getByRole('link', { name: 'Pēteris Ozols' }));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jūsu konts');
  await pressOn(page, page.getByRole('button', { name: 'Tumšs' }));
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await write(page, page.getByLabel('Vārds un uzvārds'), 'Pēteris Ozols');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Saglabāts')).toBeVisible();
  await write(page, page.getByLabel('Pašreizējā parole'), 'not the one');
  await write(page, page.getByLabel('Jaunā parole'), 'not the one either');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Pašreizējā parole')).toBeFocused();

  await signIn(await openContext({ baseURL: demo.origin }), demo, 'peteris.ozols@example.org');
  await page.reload();
  await pressOn(page, page.getByRole('button', { name: /^Izrakstīt/ }).first());
  await expect(page.getByRole('heading', { name: 'Kur jūsu konts ir atvērts' })).toBeFocused();
  await pressOn(page, page.getByRole('link', { name: 'Izrakstīties' }));
  await pressOn(page, page.getByRole('button', { name: 'Izrakstīties' }));
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('writes an action: every field of it', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await page.goto(BOARD);
  await expect(page.locator('[data-live="true"]')).toBeVisible();
  await pressOn(page, page.getByRole('button', { name: /^Jauna rīcība/ }).first());
  await page.keyboard.type('Taustiņu talka');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await pressOn(page, page.getByRole('link', { name: 'Taustiņu talka', exact: true }));

  const sheet = page.getByRole('dialog');
  await expect(sheet).toBeFocused();
  await tabTo(page, sheet.getByRole('textbox', { name: 'Nosaukums' }));
  await page.keyboard.press('End');
  await page.keyboard.type(' pavasarī');
  await tabTo(page, sheet.getByLabel('Mērķis', { exact: true }));
  await page.keyboard.press('ArrowDown');
  await tabTo(page, sheet.getByLabel('Statuss'));
  await page.keyboard.type('Norit');
  await tabTo(page, sheet.getByLabel('Ieguvums'));
  await page.keyboard.type('Ilg');

  for (const [button, typed] of [
    ['Pievienot partneri', 'mezinieku'],
    ['Pievienot atbildīgo', 'jaunsila'],
  ] as const) {
    await pressOn(page, sheet.getByRole('button', { name: button }));
    await page.keyboard.type(typed);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
  }
  await tabTo(page, sheet.getByLabel('Sākums'));
  await page.keyboard.type('04102025');
  await tabTo(page, sheet.getByLabel('Beigas'));
  await page.keyboard.type('04122025');

  await tabTo(page, sheet.getByRole('textbox', { name: 'Apraksts' }));
  await page.keyboard.type('- pirmais');
  await page.keyboard.press('Enter');
  await page.keyboard.type('otrais');
  // Tab indents in a list; Escape and then Tab goes on.
  await page.keyboard.press('Tab');
  await expect(sheet.getByRole('textbox', { name: 'Apraksts' })).toBeFocused();
  await page.keyboard.press('Escape');

  await pressOn(page, sheet.getByRole('button', { name: 'Pievienot avotu' }));
  await write(page, sheet.getByLabel('Summa', { exact: true }), '1 200,50');
  await write(page, sheet.getByRole('textbox', { name: 'Piezīme' }), 'Maisi');
  await pressOn(page, sheet.getByRole('button', { name: 'Pievienot rādītāju' }));
  await page.keyboard.type('Savākti maisi');
  await write(page, sheet.getByRole('textbox', { name: 'Tagad' }), '0');
  await write(page, sheet.getByRole('textbox', { name: 'Mērķvērtība' }), '150');
  await page.keyboard.press('Tab');
  await expect(page.getByText('Saglabāts', { exact: true }).filter({ visible: true }).first()).toBeVisible();

  await page.reload();
  await expect(sheet.getByRole('textbox', { name: 'Nosaukums' })).toHaveValue('Taustiņu talka pavasarī');
  await expect(sheet.getByLabel('Statuss')).toHaveValue('running');
  await expect(sheet.getByLabel('Ieguvums')).toHaveValue('long-term');
  await expect(sheet.getByLabel('Sākums')).toHaveValue('2025-04-10');
  await expect(sheet.getByLabel('Beigas')).toHaveValue('2025-04-12');
  await expect(sheet.getByRole('button', { name: 'Noņemt: Mežinieku apkaimes attīstībai' })).toBeVisible();
  await expect(sheet.getByRole('textbox', { name: 'Apraksts' }).locator('[data-list]')).toHaveCount(2);
  await expect(sheet.getByRole('button', { name: /Pašvaldība.*1.200,50/ })).toBeVisible();
  await expect(sheet.getByText('Maisi', { exact: true })).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Savākti maisi: no 0 līdz 150' })).toBeVisible();

  // And takes it back: the partner, then the action.
  await pressOn(page, sheet.getByRole('button', { name: 'Noņemt: Mežinieku apkaimes attīstībai' }));
  await expect(sheet.getByRole('button', { name: 'Noņemt: Mežinieku apkaimes attīstībai' })).toHaveCount(0);
  await expect(page.locator('dialog:focus-within, [role=dialog]:focus-within')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Taustiņu talka pavasarī' })).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: /Taustiņu talka pavasarī/ }));
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Taustiņu talka pavasarī' })).toHaveCount(0);

  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.getByRole('link', { name: 'Taustiņu talka pavasarī' })).toBeVisible();
});

test('looks who wrote what, filters, opens the authors and their words, downloads the table', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await page.goto(BOARD);
  await expect(page.locator('[data-live="true"]')).toBeVisible();
  const who = page.getByRole('button', { name: 'Kas to rakstīja' });
  await pressOn(page, who, 'Space');
  await expect(who).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('complementary').getByRole('listitem')).not.toHaveCount(0);
  await pressOn(page, page.getByRole('button', { name: 'Filtrēt' }), 'Space');
  await page.keyboard.press('Tab');
  await tabTo(page, page.getByPlaceholder('Meklēt rīcībās'), 'Shift+Tab');
  await page.keyboard.type('tiksanas');
  await expect(page).toHaveURL(/tiksanas/);

  await page.goto(BOARD);
  await pressOn(page, page.getByRole('link', { name: 'Autori' }));
  await expect(page).toHaveURL(/authors$/);
  await pressOn(page, page.getByText('Kā to aprēķina?'));
  await expect(page.getByText('vismaz 40 rakstzīmes')).toBeVisible();
  const download = page.waitForEvent('download');
  await pressOn(page, page.getByRole('link', { name: 'Lejupielādēt tabulu (CSV)' }));
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  const person = page.getByRole('table', { name: 'Pa cilvēkiem' }).getByRole('link', { name: /Rūta Kļaviņa/ });
  await pressOn(page, person);
  const words = page.getByRole('complementary');
  await expect(words.getByRole('heading').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(person).toBeFocused();
});

test('opens dialogs where one writes or where nothing is lost, and goes to a new plan', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await page.goto('/w/kekavas-novads/people');
  const invite = page.getByRole('button', { name: 'Uzaicināt', exact: true });
  await pressOn(page, invite);
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator(':focus')).toHaveAttribute('name', /.+/);
  await page.keyboard.press('Escape');
  await expect(invite).toBeFocused();
  await pressOn(page, page.getByRole('button', { name: /^Izņemt no telpas: Mārtiņš/ }));
  // What cannot be undone is not under the first Enter.
  await expect(dialog.getByRole('button', { name: 'Atcelt' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);

  await page.reload();
  const plans = page.getByRole('navigation').getByRole('button', { name: /Ķekavas novads/ });
  await pressOn(page, plans);
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(plans).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem').last()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/plan\/new$/);
});
