import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApp } from '../support/app-server.ts';
import { expect, prefer, signIn, test } from '../support/browser.ts';
import { fillLargeDemo } from '../support/large-demo.ts';

const AUTHORS = '/w/kekavas-novads/plan/2025/authors';
const COORDINATOR = 'aija.kruze@example.org';

test('says who wrote the plan, and how it is counted', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  await page.goto(AUTHORS);
  await expect(page.getByRole('heading', { level: 1, name: 'Kas šo plānu rakstīja' })).toBeVisible();
  const ladder = page.getByRole('region', { name: 'No dalībnieka līdz līdzautoram' });
  await expect(ladder).toContainText('15 dalībnieku');
  await expect(ladder).toContainText('12 līdzautoru');
  await expect(ladder).toContainText('80 %');
  await page.getByText('Kā to aprēķina?').click();
  await expect(ladder).toContainText('vismaz 5 % no tās rakstzīmēm vai vismaz 40 rakstzīmes');
  await expect(ladder).toContainText('Valdis Celmiņš');

  // The columns of people and of organisations add up to the same.
  const sum = async (table: string, cell: string) => {
    const texts = await page.getByRole('table', { name: table }).locator(cell).allInnerTexts();
    return texts.reduce((total, text) => total + Number(text.split('\n')[0]?.replace(/\s/g, '')), 0);
  };
  const byPerson = await sum('Pa cilvēkiem', 'tbody td:nth-of-type(1)');
  expect(byPerson).toBeGreaterThan(3000);
  expect(await sum('Pa organizācijām', 'tbody td:nth-of-type(1)')).toBe(byPerson);
});

test('a cell opens the very words, which have their own address; from the keyboard too', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  await page.goto(AUTHORS);
  const heat = page.getByRole('table', { name: 'Pa rīcībām' });
  await expect(heat.getByRole('columnheader')).not.toHaveCount(0);
  const row = heat.getByRole('row', { name: /Mazo grantu konkurss/ });
  const cell = row.getByRole('link', { name: /Jaunsila apkaimes biedrība/ });
  await cell.focus();
  const place = (await cell.boundingBox())?.y ?? 0;
  await page.keyboard.press('Enter');
  const words = page.getByRole('complementary');
  // The table makes room, and what was pressed stays where it was.
  await expect(words).toBeVisible();
  await expect.poll(async () => Math.abs(((await cell.boundingBox())?.y ?? 0) - place)).toBeLessThan(60);
  await expect(words.getByRole('heading', { name: 'Jaunsila apkaimes biedrība: vārdi plānā' })).toBeFocused();
  await expect(words.locator('mark').first()).toContainText('kopienu iniciatīvām');
  await expect(words).toContainText('Katra kopiena var pieteikt arī ideju');

  const address = page.url();
  await page.keyboard.press('Escape');
  await expect(words).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`${AUTHORS}$`));
  await expect(cell).toBeFocused();

  // Somebody else opens the address.
  const other = await browserOf('inese.grava@example.org', { language: 'en' });
  await other.goto(address);
  await expect(other.getByRole('complementary')).toContainText('kopienu iniciatīvām');
  await other
    .getByRole('complementary')
    .getByRole('link', { name: /Mazo grantu konkurss/ })
    .click();
  await expect(other).toHaveURL(/\/plan\/2025\/action\//);
});

test('a person opens all their words', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  await page.goto(AUTHORS);
  await page
    .getByRole('table', { name: 'Pa cilvēkiem' })
    .getByRole('link', { name: /Rūta Kļaviņa/ })
    .click();
  const words = page.getByRole('complementary');
  await expect(words.getByRole('article')).toHaveCount(1);
  await expect(words.locator('mark', { hasText: 'Idejas aizstāv pašu jauniešu žūrijas priekšā' })).toBeVisible();
  await page.goBack();
  await expect(words).toHaveCount(0);
});

test('the table can be downloaded for a spreadsheet of the language', async ({ browserOf }) => {
  for (const [language, button, line] of [
    [
      'lv',
      'Lejupielādēt tabulu (CSV)',
      /^"Kopienu izaugsme";"Mazo grantu konkurss kopienu iniciatīvām";"Ilze Liepiņa";"Jaunsila apkaimes biedrība";"pilsoniskais sektors";\d+;\d+,\d;\d+;"jā"$/m,
    ],
    [
      'en',
      'Download the table (CSV)',
      /^"Kopienu izaugsme","Mazo grantu konkurss kopienu iniciatīvām","Ilze Liepiņa","Jaunsila apkaimes biedrība","civic sector",\d+,\d+\.\d,\d+,"yes"$/m,
    ],
  ] as const) {
    const page = await browserOf(COORDINATOR, { language });
    await page.goto(AUTHORS);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: button }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv.startsWith('\ufeff')).toBe(true);
    expect(csv.replaceAll('\r', '')).toMatch(line);
  }
});

test('is for members only', async ({ openContext, demo, browserOf }) => {
  const context = await openContext({ baseURL: demo.origin });
  const stranger = await context.newPage();
  await stranger.goto(AUTHORS);
  await expect(stranger).toHaveURL(/\/sign-in\?next=/);
  expect((await context.request.get(`${AUTHORS}/authors.csv`, { maxRedirects: 0 })).status()).toBe(303);
  const page = await browserOf(COORDINATOR);
  expect((await page.request.get(AUTHORS.replace('2025', '2031'))).status()).toBe(404);
});

test('says what it is for while nobody has written', async ({ openContext }) => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-empty-'));
  await fillLargeDemo(dataDir, 0);
  const server = await startApp({ env: { DATA_DIR: dataDir } });
  try {
    const context = await openContext({ baseURL: server.origin });
    await signIn(context, server, COORDINATOR);
    await prefer(context, server.origin, { language: 'lv', theme: 'light' });
    const page = await context.newPage();
    await page.goto(AUTHORS);
    await expect(page.getByRole('heading', { name: 'Šajā plānā vēl neviens nav rakstījis' })).toBeVisible();
    await page.getByRole('link', { name: 'Atvērt dēli' }).click();
    await expect(page).toHaveURL(/\/plan\/2025$/);
  } finally {
    await server.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
