import { addAction, addGoal } from '#domain/plan/edit.ts';
import type { Page } from '@playwright/test';
import { startApp } from '../support/app-server.ts';
import { expect, prefer, signIn, test } from '../support/browser.ts';
import { inOneUpdate } from '../support/in-one-update.ts';
import { planDocument, syncClient } from '../support/sync-client.ts';

const BOARD = '/w/kekavas-novads/plan/2025';
const COORDINATOR = 'aija.kruze@example.org';
const EDITOR = 'martins.berzins@example.org';
const OBSERVER = 'inese.grava@example.org';

// Several people, many steps, and other tests at the same time.
test.describe.configure({ timeout: 120_000 });

const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const cards = (page: Page, name: string) => column(page, name).getByRole('heading', { level: 3 });
const announcement = (page: Page) => page.locator('p[aria-live="assertive"]');

async function open(page: Page, address = BOARD): Promise<void> {
  await page.goto(address);
  await expect(page.locator('[data-live="true"]')).toBeVisible();
}

/** A new goal with cards of its own, so that tests do not meet. Returns its name. */
async function goalWith(page: Page, name: string, titles: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Jauns mērķis' }).click();
  await page.getByLabel('Mērķa nosaukums').fill(name);
  await page.keyboard.press('Enter');
  await column(page, name)
    .getByRole('button', { name: /^Jauna rīcība/ })
    .click();
  for (const title of titles) {
    await page.getByLabel('Jaunās rīcības nosaukums').fill(title);
    await page.keyboard.press('Enter');
  }
  await page.keyboard.press('Escape');
  await expect(cards(page, name)).toHaveText(titles);
}

async function drag(page: Page, title: string, to: string): Promise<void> {
  const from = page.getByRole('article').filter({ hasText: title });
  await from.scrollIntoViewIfNeeded();
  const [a, b] = [await from.boundingBox(), await page.getByRole('article').filter({ hasText: to }).boundingBox()];
  if (!a || !b) throw new Error('The cards are not on screen');
  await page.mouse.move(a.x + 60, a.y + 30);
  await page.mouse.down();
  await page.mouse.move(a.x + 80, a.y + 40, { steps: 4 });
  await page.mouse.move(b.x + 80, b.y + 8, { steps: 12 });
  await page.mouse.up();
}

test('cards move with the mouse, others see it, and it can be taken back', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  const other = await browserOf(EDITOR);
  await open(page);
  await open(other);
  await goalWith(page, 'Peles mērķis', ['Pele viens', 'Pele divi', 'Pele trīs']);
  await drag(page, 'Pele trīs', 'Pele viens');
  await expect(cards(page, 'Peles mērķis')).toHaveText(['Pele trīs', 'Pele viens', 'Pele divi']);
  await expect(cards(other, 'Peles mērķis')).toHaveText(['Pele trīs', 'Pele viens', 'Pele divi']);

  const notice = page.getByRole('status').filter({ hasText: 'Rīcība „Pele trīs” pārvietota: Peles mērķis' });
  await notice.getByRole('button', { name: 'Atsaukt' }).click();
  await expect(cards(other, 'Peles mērķis')).toHaveText(['Pele viens', 'Pele divi', 'Pele trīs']);
  await page.getByRole('button', { name: 'Atkārtot' }).click();
  await expect(cards(other, 'Peles mērķis')).toHaveText(['Pele trīs', 'Pele viens', 'Pele divi']);
});

test('the keyboard picks a card up, moves it and puts it down; every step is said, one change is written', async ({
  browserOf,
}) => {
  const page = await browserOf(COORDINATOR);
  await open(page);
  await goalWith(page, 'Taustiņu mērķis', ['Taustiņš viens', 'Taustiņš divi']);
  await goalWith(page, 'Otrs mērķis', ['Blakus']);
  let sent = 0;
  await column(page, 'Taustiņu mērķis').getByRole('link', { name: 'Taustiņš viens' }).focus();

  await page.keyboard.press('Space');
  await expect(announcement(page)).toContainText('Paņemta rīcība „Taustiņš viens”: Taustiņu mērķis, vieta 1 no 2');
  await page.keyboard.press('ArrowDown');
  await expect(announcement(page)).toHaveText('Taustiņu mērķis, vieta 2 no 2');
  await page.keyboard.press('ArrowRight');
  await expect(announcement(page)).toHaveText('Otrs mērķis, vieta 2 no 2');
  await expect(page.getByRole('link', { name: 'Taustiņš viens' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(announcement(page)).toContainText('palika savā vietā');
  await expect(cards(page, 'Taustiņu mērķis')).toHaveText(['Taustiņš viens', 'Taustiņš divi']);
  await expect(page.getByRole('link', { name: 'Taustiņš viens' })).toBeFocused();

  page.on('websocket', () => (sent = -1));
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await expect(announcement(page)).toContainText('nolikta: Otrs mērķis, vieta 1 no 2');
  await expect(cards(page, 'Otrs mērķis')).toHaveText(['Taustiņš viens', 'Blakus']);
  await expect(page.getByRole('link', { name: 'Taustiņš viens' })).toBeFocused();
  expect(sent, 'the connection was not renewed').toBe(0);

  // One step back takes back the whole way, and is said.
  await page.keyboard.press('Control+z');
  await expect(cards(page, 'Taustiņu mērķis')).toHaveText(['Taustiņš viens', 'Taustiņš divi']);
  await expect(announcement(page)).toHaveText('Atsaukts: Rīcība „Taustiņš viens” pārvietota: Otrs mērķis');
  await page.keyboard.press('Control+y');
  await expect(announcement(page)).toHaveText('Atkārtots: Rīcība „Taustiņš viens” pārvietota: Otrs mērķis');
  await page.keyboard.press('Control+z');
  await expect(cards(page, 'Taustiņu mērķis')).toHaveText(['Taustiņš viens', 'Taustiņš divi']);
  // Without a card in hand, arrows go from card to card.
  await page.getByRole('link', { name: 'Taustiņš viens' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: 'Taustiņš divi' })).toBeFocused();
});

test('a card that is moved with the keyboard stays in sight, also while it glides', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  await open(page);
  await goalWith(
    page,
    'Garš mērķis',
    Array.from({ length: 9 }, (_, i) => `Gara kolonna ${i + 1}`),
  );
  const card = page.getByRole('article').filter({ hasText: 'Gara kolonna 9' });
  const header = column(page, 'Garš mērķis').locator('header');
  /** Below the column's header and above the edge of the window, when nothing glides any more. */
  const expectInSight = () =>
    expect
      .poll(async () => {
        if (await page.evaluate(() => document.getAnimations().some(({ playState }) => playState === 'running')))
          return 'gliding';
        const [box, above] = [await card.boundingBox(), await header.boundingBox()];
        if (!box || !above) return 'nowhere';
        return { below: box.y >= above.y + above.height - 1, within: box.y + box.height <= 900 };
      })
      .toEqual({ below: true, within: true });

  await card.getByRole('link').focus();
  await page.keyboard.press('Space');
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowUp');
  await expect(announcement(page)).toHaveText('Garš mērķis, vieta 4 no 9');
  await expectInSight();
  await page.keyboard.press('Escape');
  await expect(announcement(page)).toContainText('palika savā vietā');
  await expectInSight();
});

test('on a phone a card goes to another goal by its menu', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR, { width: 390 });
  await open(page);
  await page.getByRole('link', { name: /^Viedie ciemi/ }).click();
  await expect(column(page, 'Viedie ciemi')).toBeVisible();
  await expect(column(page, 'Kopienu izaugsme')).toBeHidden();
  await page.getByRole('button', { name: 'Rīcība', exact: true }).click();
  await page.getByLabel('Jaunās rīcības nosaukums').fill('Telefona rīcība');
  await page.getByRole('button', { name: 'Pievienot' }).click();
  await page.getByRole('button', { name: 'Atcelt' }).click();

  await page.getByRole('button', { name: 'Darbības ar rīcību „Telefona rīcība”' }).click();
  await page.getByRole('menuitem', { name: 'Pārvietot uz…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Mērķis').selectOption('Kopienu izaugsme');
  await dialog.getByLabel('Vieta kolonnā').selectOption('Pašā augšā');
  await dialog.getByRole('button', { name: 'Pārvietot' }).click();
  await page.getByRole('link', { name: /^Kopienu izaugsme/ }).click();
  await expect(cards(page, 'Kopienu izaugsme').first()).toHaveText('Telefona rīcība');

  await page.getByRole('button', { name: 'Darbības ar rīcību „Telefona rīcība”' }).click();
  await page.getByRole('menuitem', { name: 'Dzēst rīcību' }).click();
  await expect(page.getByRole('link', { name: 'Telefona rīcība' })).toHaveCount(0);
});

test('the filter finds without diacritics, says how much, and stands in the address and on paper', async ({
  browserOf,
}) => {
  const page = await browserOf(OBSERVER);
  await open(page);
  await page.getByRole('button', { name: 'Filtrēt' }).click();
  await page.getByPlaceholder('Meklēt rīcībās').fill('KOPIENU gramatas');
  await expect(page.getByText('Nekas neatbilst filtram')).toBeVisible();
  await page.getByPlaceholder('Meklēt rīcībās').fill('kopienu forums kekava');
  await expect(page.getByRole('status').filter({ hasText: 'Filtram atbilst 1 rīcība' })).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(1);
  const onPaper = page.getByText('Daļa no plāna: „kopienu forums kekava” (Filtram atbilst 1 rīcība)');
  await expect(onPaper).toBeHidden();
  await page.emulateMedia({ media: 'print' });
  await expect(onPaper).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  await expect(page).toHaveURL(/q=kopienu\+forums\+kekava/);

  await page.reload();
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByLabel('Organizācija').selectOption('Darām Daugmalei');
  await expect(page.getByText('Nekas neatbilst filtram')).toBeVisible();
  await page.getByRole('button', { name: 'Notīrīt filtru' }).first().click();
  await expect(page.getByRole('link', { name: 'Mazo grantu konkurss kopienu iniciatīvām' })).toBeVisible();
  await expect(page).not.toHaveURL(/q=|org=/);
});

test('when the filter is cleared or closed, the focus stays near it', async ({ browserOf }) => {
  const page = await browserOf(OBSERVER);
  await open(page);
  const search = page.getByPlaceholder('Meklēt rīcībās');
  await page.getByRole('button', { name: 'Filtrēt' }).click();
  await search.fill('tikšanās');
  await page.getByRole('button', { name: 'Notīrīt filtru' }).press('Enter');
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('');
  await search.fill('nekā tāda nav');
  await expect(page.getByText('Nekas neatbilst filtram')).toBeVisible();
  await page.getByRole('button', { name: 'Notīrīt filtru' }).last().press('Enter');
  await expect(page.getByRole('region', { name: 'Plāna kolonnas' })).toBeFocused();
  await search.press('Escape');
  await expect(search).toBeHidden();
  await expect(page.getByRole('button', { name: 'Filtrēt' })).toBeFocused();
});

test('on paper a card says all of it', async ({ browserOf }) => {
  const page = await browserOf(OBSERVER);
  await open(page);
  const card = page.getByRole('article').filter({ hasText: 'Kopienu forums' });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(card.getByText('Partnerība "Daugavkrasts"').filter({ visible: true })).toBeVisible();
  await expect(card.getByText(/Vienas dienas forums/)).toBeVisible();
  await expect(card.getByText(/Kristaps Vanags/).filter({ visible: true })).toBeVisible();
  await expect(card.getByText('Nauda:').locator('xpath=..')).toContainText(/Pašvaldība.*€/);
  const formatted = page.locator('.printed-text').filter({ hasText: 'Trīs jautājumi' });
  await expect(formatted.getByRole('heading', { name: 'Trīs jautājumi' })).toBeVisible();
  await expect(formatted.locator('[data-list="ordered"]').first()).toHaveText('Kas drīkst būt biedrs?');
});

test('the next action is named where it can be seen', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  await open(page);
  const titles = ['Redzamā viens', 'Redzamā divi', 'Redzamā trīs', 'Redzamā četri', 'Redzamā pieci'];
  await page.getByRole('button', { name: 'Jauns mērķis' }).click();
  await page.getByLabel('Mērķa nosaukums').fill('Redzamības mērķis');
  await page.keyboard.press('Enter');
  await column(page, 'Redzamības mērķis')
    .getByRole('button', { name: /^Jauna rīcība/ })
    .click();
  for (const title of titles) {
    await page.keyboard.type(title);
    await page.keyboard.press('Enter');
    await expect(cards(page, 'Redzamības mērķis').filter({ hasText: title })).toHaveCount(1);
    await expect(page.getByLabel('Jaunās rīcības nosaukums')).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: 'Pievienot', exact: true })).toBeInViewport({ ratio: 1 });
  }
});

test('on a phone a card is seen well, also with the filter and the authors open', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR, { width: 390 });
  await open(page);
  const chips = page.getByRole('navigation', { name: 'Kolonnas', exact: true }).getByRole('link');
  // The title is read to its end, which is the year.
  const title = page.getByLabel('Plāna nosaukums');
  await expect(title).toHaveValue(/2025$/);
  expect(await title.evaluate((field) => field.scrollWidth - field.clientWidth)).toBeLessThanOrEqual(0);
  for (const chip of [chips.nth(0), chips.nth(1)]) await expect(chip).toBeInViewport({ ratio: 1 });
  await expect(chips.nth(2)).toBeInViewport();
  await page.getByRole('button', { name: 'Filtrēt' }).click();
  await page.getByRole('button', { name: 'Kas to rakstīja' }).click();
  await expect(page.getByRole('complementary', { name: 'Autoru apzīmējumi' }).getByRole('listitem')).not.toHaveCount(0);
  const card = page.getByRole('article').filter({ visible: true }).first();
  await expect(card.getByRole('link')).toBeInViewport({ ratio: 1 });
  await expect(card).toBeInViewport({ ratio: 0.6 });
  await page.getByRole('button', { name: 'Kas to rakstīja' }).click();
});

test('what is deleted can be restored from a list; the offer to undo goes when it can do nothing', async ({
  browserOf,
}) => {
  const page = await browserOf(COORDINATOR);
  await open(page);
  await goalWith(page, 'Dzēšanas mērķis', ['Dzēšamā viens', 'Dzēšamā divi']);
  const remove = async (title: string) => {
    await page.getByRole('button', { name: `Darbības ar rīcību „${title}”` }).click();
    await page.getByRole('menuitem', { name: 'Dzēst rīcību' }).click();
    await expect(offer(title)).toBeVisible();
  };
  const offer = (title: string) =>
    page
      .getByRole('status')
      .filter({ hasText: `Rīcība „${title}” izdzēsta`, has: page.getByRole('button', { name: 'Atsaukt' }) });
  await remove('Dzēšamā viens');
  await page.keyboard.press('Control+z');
  await expect(cards(page, 'Dzēšanas mērķis')).toHaveText(['Dzēšamā viens', 'Dzēšamā divi']);
  await expect(offer('Dzēšamā viens')).toHaveCount(0);

  await remove('Dzēšamā viens');
  await remove('Dzēšamā divi');
  await page.getByRole('link', { name: 'Cilvēki un organizācijas' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cilvēki un organizācijas');
  await expect(offer('Dzēšamā divi')).toHaveCount(0);

  await open(page);
  await page.getByTitle('Dzēstās rīcības').filter({ visible: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Dzēstās rīcības' });
  const row = dialog.getByRole('listitem').filter({ hasText: 'Dzēšamā divi' });
  await expect(row).toContainText('Izdzēsa Aija Krūze');
  await dialog.getByRole('button', { name: 'Atjaunot rīcību „Dzēšamā divi”' }).press('Enter');
  await expect(row).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Atjaunot rīcību „Dzēšamā viens”' }).press('Enter');
  await expect(cards(page, 'Dzēšanas mērķis')).toHaveText(['Dzēšamā viens', 'Dzēšamā divi']);
});

test('columns by status: a card that moves changes its status', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  await open(page);
  await goalWith(page, 'Statusa mērķis', ['Statusa rīcība']);
  await page.getByRole('link', { name: 'Statusi' }).click();
  await expect(page).toHaveURL(/by=status/);
  await expect(cards(page, 'Plānota').filter({ hasText: 'Statusa rīcība' })).toBeVisible();
  await page.getByRole('link', { name: 'Statusa rīcība' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(cards(page, 'Notiek').filter({ hasText: 'Statusa rīcība' })).toBeVisible();
  await page.getByRole('link', { name: 'Mērķi', exact: true }).click();
  await expect(column(page, 'Statusa mērķis').getByText('Notiek')).toBeVisible();
});

test('goals are renamed, moved and deleted; their actions stay', async ({ browserOf }) => {
  const page = await browserOf(COORDINATOR);
  await open(page);
  await goalWith(page, 'Pagaidu mērķis', ['Paliekoša rīcība']);
  const menu = (name: string) => page.getByRole('button', { name: `Darbības ar mērķi „${name}”` });
  await menu('Pagaidu mērķis').click();
  await page.getByRole('menuitem', { name: 'Mainīt nosaukumu' }).click();
  await expect(page.getByLabel('Mērķa nosaukums')).toBeFocused();
  await page.keyboard.type('Pārdēvēts mērķis');
  await page.keyboard.press('Enter');
  await expect(column(page, 'Pārdēvēts mērķis')).toBeVisible();
  await menu('Pārdēvēts mērķis').click();
  await page.getByRole('menuitem', { name: 'Pārvietot pa kreisi' }).click();
  await expect(announcement(page)).toContainText('Mērķis pārvietots');

  await menu('Pārdēvēts mērķis').click();
  await page.getByRole('menuitem', { name: 'Dzēst mērķi' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Mērķim ir 1 rīcība. Tā paliks plānā');
  await dialog.getByRole('button', { name: 'Dzēst mērķi' }).click();
  await expect(cards(page, 'Bez mērķa').filter({ hasText: 'Paliekoša rīcība' })).toBeVisible();
  await page.getByRole('status').getByRole('button', { name: 'Atsaukt' }).click();
  await expect(cards(page, 'Pārdēvēts mērķis')).toHaveText(['Paliekoša rīcība']);
});

test('every figure says how it is counted, with the rows behind it', async ({ browserOf }) => {
  const page = await browserOf(OBSERVER, { language: 'en', theme: 'dark' });
  await open(page);
  await page.getByRole('button', { name: 'How is this counted?' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('€97,000');
  await expect(dialog).toContainText('€280,300 ÷ €97,000');
  await dialog.getByText(/Behind the figures/).click();
  await expect(dialog.getByRole('row', { name: /Kopienu forums/ })).toContainText('€3,000');
});

test('an observer sees all of it live and finds nothing to change it with', async ({ browserOf }) => {
  const page = await browserOf(OBSERVER);
  await open(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Sadarbības rīcības plāns 2025' })).toBeVisible();
  // Beside the actions that other tests have deleted.
  await expect(page.getByRole('button', { name: /^\D/ })).toHaveText(['Filtrēt', 'Kas to rakstīja', 'Kā to aprēķina?']);
  await page.getByRole('article').first().getByRole('link').focus();
  await page.keyboard.press('Space');
  await expect(announcement(page)).toHaveText('');
  await page.getByRole('button', { name: 'Kas to rakstīja' }).click();
  await expect(page.getByRole('complementary', { name: 'Autoru apzīmējumi' })).toContainText('Mārtiņš Bērziņš');
});

test('an empty plan says how to begin; 300 actions with long titles are written past it', async ({ openContext }) => {
  const server = await startApp();
  try {
    const client = await syncClient(server, COORDINATOR, planDocument(server));
    client.doc.transact(() => {
      client.doc.getMap('actions').clear();
      client.doc.getMap('goals').clear();
    });
    const context = await openContext({ baseURL: server.origin, viewport: { width: 1440, height: 900 } });
    await signIn(context, server, COORDINATOR);
    await prefer(context, server.origin, { language: 'lv', theme: 'light' });
    const page = await context.newPage();
    await open(page);
    await expect(page.getByRole('heading', { name: 'Sāciet ar to, ko gribat panākt' })).toBeVisible();
    await expect(page.getByText('0 rīcību', { exact: true })).toBeVisible();
    const readers = await openContext({ baseURL: server.origin });
    await signIn(readers, server, OBSERVER);
    await prefer(readers, server.origin, { language: 'lv', theme: 'light' });
    const reader = await readers.newPage();
    await open(reader);
    await expect(reader.getByRole('heading', { name: 'Plāns vēl ir tukšs' })).toBeVisible();
    await readers.close();
    await page.getByRole('button', { name: 'Pievienot pirmo mērķi' }).click();
    await page.getByLabel('Mērķa nosaukums').fill('Pirmais mērķis');
    await page.keyboard.press('Enter');
    await expect(column(page, 'Pirmais mērķis').getByText('Te vēl nav nevienas rīcības.')).toBeVisible();

    // Latvian counts: as many as stand in the plan, in the column and in the words that a reader sees.
    await expect.poll(() => client.doc.getMap('goals').size).toBe(1);
    const first = client.doc.getMap('goals').keys().next().value;
    for (const [count, words] of [
      [1, '1 rīcība'],
      [2, '2 rīcības'],
      [11, '11 rīcību'],
      [21, '21 rīcība'],
    ] as const) {
      inOneUpdate(client.doc, (doc) => {
        for (let more = doc.getMap('actions').size; more < count; more++)
          addAction(doc, { title: `Skaits ${more}`, goal: first ?? null });
      });
      await expect(
        page.getByRole('region', { name: 'Plāns skaitļos' }).getByText(words, { exact: true }),
      ).toBeVisible();
      await expect(column(page, 'Pirmais mērķis').getByText(words, { exact: true })).toBeVisible();
    }
    client.doc.transact(() => client.doc.getMap('actions').clear());

    const long = 'Kopienu un pašvaldības kopīgi sagatavota brīvprātīgo ugunsdzēsēju apmācība visās apkaimēs';
    inOneUpdate(client.doc, (doc) => {
      for (let goal = 0; goal < 6; goal++) {
        const id = addGoal(doc, `${goal}. mērķis`);
        for (let count = 0; count < 50; count++) addAction(doc, { title: `${long} ${count}`, goal: id });
      }
    });
    await expect(page.getByText('300 rīcību', { exact: true })).toBeVisible();
    await expect(page.getByRole('article')).toHaveCount(300);
    await column(page, '5. mērķis')
      .getByRole('link', { name: `${long} 49`, exact: true })
      .focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    await expect(cards(page, '5. mērķis').nth(48)).toHaveText(`${long} 49`);
    client.close();
  } finally {
    await server.dispose();
  }
});

test('the keyboard goes on where it was: focus is never lost with what is closed or deleted', async ({ browserOf }) => {
  const page = await browserOf('aija.kruze@example.org');
  await page.goto('/w/kekavas-novads/plan/2025');
  await expect(page.locator('[data-live="true"]')).toBeVisible();
  const column = page.locator('section:has(> header h2)').first();

  const newAction = column.getByRole('button', { name: /^Jauna rīcība/ });
  await newAction.press('Enter');
  await page.keyboard.press('Escape');
  await expect(newAction).toBeFocused();

  const newGoal = page.getByRole('button', { name: 'Jauns mērķis' });
  await newGoal.press('Enter');
  await page.keyboard.press('Escape');
  await expect(newGoal).toBeFocused();

  const goalMenu = column.locator('header').getByRole('button');
  await goalMenu.press('Enter');
  await page.getByRole('menuitem', { name: 'Mainīt nosaukumu' }).press('Enter');
  await expect(page.getByLabel('Mērķa nosaukums')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(goalMenu).toBeFocused();

  const [first, second] = [column.getByRole('article').nth(0), column.getByRole('article').nth(1)];
  const next = (await second.getByRole('link').textContent()) ?? '';
  await first.getByRole('button').press('Enter');
  await page.getByRole('menuitem', { name: 'Dzēst rīcību' }).press('Enter');
  await expect(page.locator('article a:focus')).toHaveText(next);

  // A message that goes gives the focus back.
  await page.getByRole('status').getByRole('button', { name: 'Atsaukt' }).press('Enter');
  await expect(page.getByRole('status').getByRole('button')).toHaveCount(0);
  await expect(page.locator('article a:focus')).toHaveText(next);
});
