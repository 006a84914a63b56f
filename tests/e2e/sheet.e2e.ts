import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, test } from '../support/browser.ts';

const BOARD = '/w/kekavas-novads/plan/2025';
const AIJA = 'aija.kruze@example.org';
const ILZE = 'ilze.liepina@example.org';
const OBSERVER = 'inese.grava@example.org';

/** Adds an action of its own on the board and opens it: every test writes in its own. */
async function openNewAction(page: Page, title: string): Promise<Locator> {
  await page.goto(BOARD);
  await page.getByRole('button', { name: 'Jauna rīcība' }).first().click();
  await page.keyboard.type(title);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: title, exact: true }).click();
  return sheetOf(page);
}

async function sheetOf(page: Page): Promise<Locator> {
  const sheet = page.getByRole('dialog').filter({ has: page.getByRole('heading', { name: 'Nauda' }) });
  await expect(sheet.getByRole('textbox', { name: 'Nosaukums' })).toBeVisible();
  return sheet;
}

test('every field of an action is live for another person', async ({ browserOf }) => {
  // Two people, every field, and other tests at the same time.
  test.setTimeout(120_000);
  const aija = await browserOf(AIJA);
  const mine = await openNewAction(aija, 'Talka pie Daugavas');
  const ilze = await browserOf(ILZE);
  await ilze.goto(aija.url());
  const theirs = await sheetOf(ilze);

  await test.step('title, letter by letter', async () => {
    await mine.getByRole('textbox', { name: 'Nosaukums' }).press('End');
    await aija.keyboard.type(' pavasarī');
    await expect(theirs.getByRole('textbox', { name: 'Nosaukums' })).toHaveValue('Talka pie Daugavas pavasarī');
  });

  await test.step('goal, status, benefit', async () => {
    await mine.getByLabel('Mērķis', { exact: true }).selectOption({ index: 2 });
    await mine.getByLabel('Statuss').selectOption('running');
    await mine.getByLabel('Ieguvums').selectOption('long-term');
    await expect(theirs.getByLabel('Statuss')).toHaveValue('running');
    await expect(theirs.getByLabel('Ieguvums')).toHaveValue('long-term');
    const goal = await mine.getByLabel('Mērķis', { exact: true }).inputValue();
    await expect(theirs.getByLabel('Mērķis', { exact: true })).toHaveValue(goal);
  });

  await test.step('organisations, found without Latvian marks and with the keyboard', async () => {
    await mine.getByRole('button', { name: 'Pievienot partneri' }).click();
    await aija.keyboard.type('mezinieku');
    await aija.keyboard.press('Enter');
    await aija.keyboard.type('pasaules gals');
    await expect(mine.getByText('Nav organizācijas ar nosaukumu')).toBeVisible();
    await expect(mine.getByText('Jaunas organizācijas pievieno koordinators')).toBeVisible();
    await aija.keyboard.press('Escape');
    await expect(mine.getByRole('button', { name: 'Pievienot partneri' })).toBeFocused();
    // One press is enough, although the open list above goes and everything below it moves up.
    await mine.getByRole('button', { name: 'Pievienot atbildīgo' }).click();
    await expect(mine.getByRole('combobox', { name: 'Pievienot atbildīgo' })).toBeFocused();
    await mine.getByRole('button', { name: 'Pievienot partneri' }).click();
    await expect(mine.getByRole('combobox', { name: 'Pievienot partneri' })).toBeFocused();
    await expect(mine.getByRole('combobox', { name: 'Pievienot atbildīgo' })).toHaveCount(0);
    await aija.keyboard.press('Escape');
    const remove = theirs.getByRole('button', { name: 'Noņemt: Mežinieku apkaimes attīstībai' });
    await expect(remove).toBeVisible();
    // A partner can be made responsible; nobody is told that it does not exist.
    await mine.getByRole('button', { name: 'Pievienot atbildīgo' }).click();
    await aija.keyboard.type('mezin');
    await expect(mine.getByRole('listbox').getByRole('option')).toContainText('Jau ir partneris');
    await aija.keyboard.press('Enter');
    await aija.keyboard.type('mezin');
    await expect(mine.getByRole('listbox').getByRole('option')).toContainText('Jau pievienota');
    await mine.getByRole('combobox', { name: 'Pievienot atbildīgo' }).fill('daram');
    await aija.keyboard.press('Enter');
    await aija.keyboard.press('Escape');
    // The board names the one that comes first here.
    const chip = aija.getByRole('article').filter({ hasText: 'Talka pie Daugavas' }).locator('.organisations .chip');
    await expect(mine.locator('.organisations .chip').first()).toHaveAttribute('title', 'Darām Daugmalei');
    await expect(chip).toHaveAttribute('title', 'Darām Daugmalei');
    await expect(remove).toHaveCount(1);
    await remove.click();
    await expect(mine.getByRole('button', { name: 'Noņemt: Mežinieku apkaimes attīstībai' })).toHaveCount(0);
  });

  await test.step('period; an end before the start is said, not blocked', async () => {
    await mine.getByLabel('Sākums').fill('2025-04-10');
    await mine.getByLabel('Beigas').fill('2025-04-01');
    await mine.getByLabel('Beigas').blur();
    await expect(mine.getByText('Beigas ir pirms sākuma')).toBeVisible();
    await expect(theirs.getByLabel('Beigas')).toHaveValue('2025-04-01');
    await expect(theirs.getByText('Beigas ir pirms sākuma')).toBeVisible();
  });

  await test.step('description', async () => {
    await mine.getByRole('textbox', { name: 'Apraksts' }).click();
    await aija.keyboard.type('Satiekamies pie tilta.');
    await expect(theirs.getByRole('textbox', { name: 'Apraksts' })).toContainText('Satiekamies pie tilta.');
  });

  await test.step('funding', async () => {
    await mine.getByRole('button', { name: 'Pievienot avotu' }).click();
    await mine.getByLabel('Summa', { exact: true }).fill('1 200,50');
    await mine.getByLabel('Summa', { exact: true }).press('Enter');
    await mine.getByRole('textbox', { name: 'Piezīme' }).fill('Maisi un cimdi');
    await mine.getByRole('button', { name: 'Pievienot avotu' }).click();
    // The line that was open before slides shut.
    await expect(mine.getByLabel('Veids')).toHaveCount(1);
    await mine.getByLabel('Veids').selectOption('volunteer');
    await mine.getByRole('textbox', { name: 'Stundas' }).fill('60');
    await mine.getByRole('textbox', { name: 'Stundas' }).press('Enter');
    await expect(theirs.getByRole('button', { name: /Pašvaldība.*1.200,50/ })).toBeVisible();
    await expect(theirs.getByText('Maisi un cimdi')).toBeVisible();
    await expect(theirs.getByText('Brīvprātīgais darbs: 60 h')).toBeVisible();
  });

  await test.step('indicators', async () => {
    await mine.getByRole('button', { name: 'Pievienot rādītāju' }).click();
    await aija.keyboard.type('Savākti maisi');
    await mine.getByRole('textbox', { name: 'Tagad' }).fill('0');
    await mine.getByRole('textbox', { name: 'Mērķvērtība' }).fill('150');
    await mine.getByRole('textbox', { name: 'Mērķvērtība' }).blur();
    await expect(theirs.getByRole('button', { name: 'Savākti maisi: no 0 līdz 150' })).toBeVisible();
  });

  await test.step('both are named as co-authors', async () => {
    await ilze.keyboard.press('Control+Home');
    await theirs.getByRole('textbox', { name: 'Apraksts' }).click();
    await ilze.keyboard.press('Control+End');
    await ilze.keyboard.type(' Līdzi ņemiet draugus un kaimiņus, un labu garastāvokli.');
    const coAuthors = mine.getByRole('region', { name: 'Līdzautori' });
    await expect(coAuthors.getByText('Ilze Liepiņa')).toBeVisible();
    await expect(coAuthors.getByText('Aija Krūze')).toBeVisible();
  });
});

test('who is in a field, and what they type before it is written', async ({ browserOf }) => {
  const aija = await browserOf(AIJA);
  const mine = await openNewAction(aija, 'Kopienas dārzs');
  await mine.getByRole('button', { name: 'Pievienot avotu' }).click();
  await mine.getByLabel('Summa', { exact: true }).fill('100');
  await mine.getByLabel('Summa', { exact: true }).press('Enter');
  const ilze = await browserOf(ILZE);
  await ilze.goto(aija.url());
  const theirs = await sheetOf(ilze);

  await mine.getByRole('textbox', { name: 'Nosaukums' }).focus();
  await expect(theirs.getByText('Šeit raksta: Aija Krūze')).toBeAttached();

  await theirs.getByRole('button', { name: /Pašvaldība/ }).click();
  await mine.getByLabel('Summa', { exact: true }).fill('2500');
  await expect(theirs.getByLabel('Summa', { exact: true })).toHaveValue('100');
  await expect(theirs.locator('.present', { hasText: '2500' })).toBeVisible();

  // Both type at once: mine is not overwritten, and I am told of theirs.
  await theirs.getByLabel('Summa', { exact: true }).fill('300');
  await theirs.getByLabel('Summa', { exact: true }).press('Enter');
  await expect(mine.getByLabel('Summa', { exact: true })).toHaveValue('2500');
  await expect(mine.getByText('Kāds to tikmēr mainīja: 300')).toBeVisible();
  await mine.getByRole('button', { name: 'Ņemt šo' }).click();
  await expect(mine.getByLabel('Summa', { exact: true })).toHaveValue('300');
});

test('what is not valid stays in the field and is not written; Esc takes it back', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  const sheet = await openNewAction(page, 'Rokdarbu vakars');
  await sheet.getByRole('button', { name: 'Pievienot avotu' }).click();
  const amount = sheet.getByLabel('Summa', { exact: true });
  await amount.fill('daudz');
  await amount.press('Enter');
  await expect(sheet.getByRole('alert')).toContainText('Šeit jāieraksta skaitlis');
  await expect(amount).toHaveValue('daudz');
  await expect(amount).toHaveAttribute('aria-invalid', 'true');
  await amount.press('Escape');
  await expect(amount).toHaveValue('');
  await expect(sheet.getByRole('alert')).toHaveCount(0);
  await expect(sheet).toBeVisible();
});

test('an observer reads the action and finds nothing to write in', async ({ browserOf }) => {
  const page = await browserOf(OBSERVER);
  await page.goto(BOARD);
  await page.getByRole('link', { name: 'Mazo grantu konkurss kopienu iniciatīvām' }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByRole('heading', { level: 2 })).toHaveText(/Mazo grantu konkurss/);
  await expect(sheet.getByRole('region', { name: 'Līdzautori' }).getByRole('listitem').first()).toBeVisible();
  await expect(sheet.locator('input, textarea, select, [contenteditable=true]')).toHaveCount(0);
  await expect(sheet.getByRole('button', { name: /Pievienot|Noņemt|Dzēst|Atsaukt/ })).toHaveCount(0);
});

test('an action that somebody deletes meanwhile keeps its words; the one who deleted it can undo', async ({
  browserOf,
}) => {
  const aija = await browserOf(AIJA);
  const mine = await openNewAction(aija, 'Ziemas gaismas');
  const ilze = await browserOf(ILZE);
  await ilze.goto(aija.url());
  const theirs = await sheetOf(ilze);
  const address = aija.url();

  await theirs.getByRole('textbox', { name: 'Nosaukums' }).focus();
  await mine.getByRole('button', { name: 'Dzēst rīcību' }).click();
  await aija.getByRole('button', { name: 'Dzēst', exact: true }).click();
  await expect(ilze.getByRole('heading', { name: 'Šī rīcība ir izdzēsta' })).toBeFocused();
  await expect(ilze.getByText('Ziemas gaismas')).toBeVisible();
  await expect(ilze.getByText('No plāna to izdzēsa Aija Krūze.')).toBeVisible();
  await expect(ilze.getByRole('button', { name: 'Atsaukt dzēšanu' })).toHaveCount(0);
  await expectAccessible(ilze);

  await expect(aija).toHaveURL(BOARD);
  await aija.goBack();
  await expect(aija).toHaveURL(address);
  await aija.getByRole('button', { name: 'Atsaukt dzēšanu' }).click();
  await sheetOf(aija);
  await sheetOf(ilze);
  await expect(theirs).toBeFocused();
  await mine.getByRole('button', { name: 'Dzēst rīcību' }).click();
  await aija.getByRole('button', { name: 'Dzēst', exact: true }).click();
  await ilze.getByRole('button', { name: 'Atjaunot rīcību' }).click();
  await sheetOf(ilze);
  await expect(theirs).toBeFocused();

  await aija.goto(`${BOARD}/action/nav-tadas`);
  await expect(aija.getByRole('heading', { name: 'Šādas rīcības plānā nav' })).toBeVisible();
  await aija.getByRole('button', { name: 'Uz dēli' }).click();
  await expect(aija).toHaveURL(BOARD);
});

test('with the keyboard: open, go on to the next, close; focus returns to the card', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await page.goto(BOARD);
  const cards = page.locator('article h3 a');
  await cards.first().focus();
  await page.keyboard.press('Enter');
  const sheet = await sheetOf(page);
  await expect(sheet).toBeFocused();
  const first = page.url();
  await page.keyboard.press('Alt+PageDown');
  await expect(page).not.toHaveURL(first);
  await sheetOf(page);
  await page.keyboard.press('Alt+PageUp');
  await expect(page).toHaveURL(first);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL(BOARD);
  await expect(cards.first()).toBeFocused();

  // The browser's own way back does the same.
  await page.keyboard.press('Enter');
  await sheetOf(page);
  await page.goBack();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(cards.first()).toBeFocused();
});

test('what is typed in a field is written into its own action when one goes on to another', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await openNewAction(page, 'Koku skaitīšana');
  const sheet = await openNewAction(page, 'Koku stādīšana');
  const title = sheet.getByRole('textbox', { name: 'Nosaukums' });
  const amount = sheet.getByLabel('Summa', { exact: true });
  const starts = sheet.getByLabel('Sākums');
  const money = sheet.getByRole('region', { name: 'Nauda' });

  await test.step('with the keyboard', async () => {
    await starts.fill('2025-05-02');
    await page.keyboard.press('Alt+PageUp');
    await expect(title).toHaveValue('Koku skaitīšana');
    await expect(sheet).toBeFocused();
    await starts.fill('2025-04-10');
    await sheet.getByRole('button', { name: 'Pievienot avotu' }).click();
    await amount.fill('120');
    await page.keyboard.press('Alt+PageDown');
    await expect(title).toHaveValue('Koku stādīšana');
    await expect(money.getByRole('listitem')).toHaveCount(0);
    await page.keyboard.press('Alt+PageUp');
    await expect(title).toHaveValue('Koku skaitīšana');
    await expect(money.getByRole('button', { name: /Pašvaldība.*120/ })).toBeVisible();
    // A date that is emptied is written on leaving.
    await starts.fill('');
    await page.keyboard.press('Alt+PageDown');
    await expect(title).toHaveValue('Koku stādīšana');
    await expect(starts).toHaveValue('2025-05-02');
    await page.keyboard.press('Alt+PageUp');
    await expect(title).toHaveValue('Koku skaitīšana');
    await expect(starts).toHaveValue('');
  });

  await test.step("with the browser's way back", async () => {
    await page.getByRole('link', { name: 'Koku stādīšana', exact: true }).click();
    await expect(title).toHaveValue('Koku stādīšana');
    await sheet.getByRole('button', { name: 'Pievienot avotu' }).click();
    await amount.fill('70');
    await starts.fill('');
    await amount.fill('75');
    await page.goBack();
    await expect(title).toHaveValue('Koku skaitīšana');
    await expect(money.getByRole('listitem')).toHaveCount(1);
    await expect(money.getByRole('button', { name: /120/ })).toBeVisible();
    await page.goForward();
    await expect(title).toHaveValue('Koku stādīšana');
    await expect(money.getByRole('button', { name: /Pašvaldība.*75/ })).toBeVisible();
  });
});

test('undo goes back through my own changes, from anywhere in the sheet', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  const sheet = await openNewAction(page, 'Lasītāju klubs');
  await sheet.getByLabel('Statuss').focus();
  await sheet.getByLabel('Statuss').selectOption('done');
  await sheet.getByLabel('Ieguvums').focus();
  await sheet.getByLabel('Ieguvums').selectOption('soon');
  await page.keyboard.press('Control+z');
  await expect(sheet.getByLabel('Ieguvums')).toHaveValue('');
  await expect(sheet.getByLabel('Statuss')).toHaveValue('done');
  await page.keyboard.press('Control+z');
  await expect(sheet.getByLabel('Statuss')).toHaveValue('planned');
  await page.keyboard.press('Control+Shift+z');
  await expect(sheet.getByLabel('Statuss')).toHaveValue('done');
});
