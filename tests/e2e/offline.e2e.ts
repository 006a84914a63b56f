import type { BrowserContext, Locator, Page, WebSocketRoute } from '@playwright/test';
import { CLOSE } from '#domain/sync.ts';
import { startApp, type AppServer } from '../support/app-server.ts';
import { expect, signIn, test } from '../support/browser.ts';
import { keepRefusedChange } from '../support/refused-change.ts';

const PLAN = '/w/kekavas-novads/plan/2025';
const AIJA = 'aija.kruze@example.org';
const MARTINS = 'martins.berzins@example.org';

const titleOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Plāna nosaukums' });
const savedState = (page: Page): Locator => page.locator('[data-connection]');

async function openPlan(page: Page, origin = ''): Promise<void> {
  await page.goto(origin + PLAN);
  await expect(savedState(page)).toHaveText('Saglabāts');
}

async function append(page: Page, text: string): Promise<void> {
  await titleOf(page).press('End');
  await titleOf(page).pressSequentially(text);
}

// Five page loads: on a busy machine they take their time.
test.describe.configure({ timeout: 120_000 });

test('text typed without network waits, survives closing the tab, and reaches the others later', async ({
  browserOf,
}) => {
  const aija = await browserOf(AIJA);
  const martins = await browserOf(MARTINS);
  await openPlan(aija);
  await openPlan(martins);

  const context = aija.context();
  await context.setOffline(true);
  await append(aija, ' bez tīkla');
  await expect(savedState(aija)).toHaveText('Bezsaistē: 1 izmaiņa glabājas šeit');
  await expect(aija.getByText('1 izmaiņa glabājas šajā ierīcē')).toBeVisible();
  await aija.close();

  await context.setOffline(false);
  await expect(titleOf(martins)).not.toHaveValue(/bez tīkla/);
  const again = await context.newPage();
  await openPlan(again);
  await expect(titleOf(again)).toHaveValue(/ bez tīkla$/);
  await expect(titleOf(martins)).toHaveValue(/ bez tīkla$/);
});

test('without network the plan stays when another page is asked for; its actions open', async ({ browserOf }) => {
  const page = await browserOf(AIJA, { width: 390 });
  await openPlan(page);
  await page.goto('/w/kekavas-novads/people');
  await page.getByRole('link', { name: 'Plāns', exact: true }).click();
  await expect(savedState(page)).toHaveText('Saglabāts');
  await expect(page.locator('[data-prepared="true"]')).toBeVisible();
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Autori' }).click();
  const message = page.getByRole('status').filter({ hasText: 'šo lapu tagad nevar atvērt' });
  await expect(message).toBeVisible();
  await message.getByRole('button', { name: 'Aizvērt' }).click();
  await page.goBack();
  await expect(message).toBeVisible();
  await expect(page).toHaveURL(/plan\/2025$/);
  await page.locator('article h3 a').filter({ visible: true }).first().click();
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Apraksts' })).toBeVisible();
  await expect(page.getByRole('dialog').getByText('Nav savienojuma.')).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(titleOf(page)).toBeVisible();

  // What is said of the connection goes when it is back; what is pointed at does not go by itself.
  await page.getByRole('link', { name: 'Autori' }).click();
  await message.hover();
  await page.context().setOffline(false);
  await expect(savedState(page)).toHaveText('Saglabāts');
  await expect(message).toHaveCount(0);
  await page.getByRole('link', { name: 'Autori' }).click();
  await expect(page).toHaveURL(/authors$/);
});

test('a browser that keeps nothing does not leave the plan before all of it is sent', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  const sockets: WebSocketRoute[] = [];
  let held = false;
  await page.routeWebSocket('**/sync/**', (socket) => {
    const server = socket.connectToServer();
    sockets.push(socket);
    socket.onMessage((message) => {
      if (!held) server.send(message);
    });
  });
  await openPlan(page);
  const people = page.getByRole('link', { name: 'Cilvēki un organizācijas' });
  held = true;
  await append(page, ' privātā logā');
  await expect(savedState(page)).toHaveText('Saglabā…');
  for (const socket of sockets) await socket.close({ code: CLOSE.noSession });
  await expect(savedState(page)).toHaveText('1 izmaiņa nav nosūtīta');

  await people.click();
  await expect(page.getByText('šī pārlūkprogramma to neglabā. Nokopējiet to')).toBeVisible();
  await expect(page).toHaveURL(/plan\/2025$/);
  // Within the plan nothing is lost.
  await page.getByRole('link', { name: 'Autori' }).click();
  await expect(page).toHaveURL(/authors$/);
  await expect(titleOf(page)).toHaveValue(/ privātā logā$/);
});

test('an action that was not fetched yet does not take the board away when the network is gone', async ({
  browserOf,
}) => {
  const page = await browserOf(AIJA);
  // What is fetched for later waits for this browser to be idle, which it is when the test says so.
  await page.addInitScript(() => {
    const waiting: (() => void)[] = [];
    Object.assign(window, {
      requestIdleCallback: (run: () => void) => waiting.push(run),
      idle: () => waiting.forEach((run) => run()),
    });
  });
  await openPlan(page);
  await page.context().setOffline(true);
  const card = page.locator('article h3 a').filter({ visible: true }).first();
  await card.click();
  const message = page.getByRole('status').filter({ hasText: 'šo lapu tagad nevar atvērt' });
  await message.getByRole('button', { name: 'Aizvērt' }).click();
  await expect(page).toHaveURL(/plan\/2025$/);
  await page.context().setOffline(false);
  await expect(savedState(page)).toHaveText('Saglabāts');
  await expect
    .poll(async () => {
      await page.evaluate(() => (window as unknown as { idle: () => void }).idle());
      return page.locator('[data-prepared="true"]').count();
    })
    .toBe(1);
  await page.context().setOffline(true);
  await card.click();
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Apraksts' })).toBeVisible();
});

test('two people in one field see each other and lose nothing', async ({ browserOf }) => {
  const aija = await browserOf(AIJA);
  const martins = await browserOf(MARTINS);
  await openPlan(aija);
  await openPlan(martins);
  await titleOf(aija).press('Home');
  await titleOf(martins).press('End');
  await Promise.all([
    titleOf(aija).pressSequentially('Aija raksta ', { delay: 20 }),
    titleOf(martins).pressSequentially(' un Mārtiņš arī', { delay: 20 }),
  ]);
  for (const page of [aija, martins]) await expect(titleOf(page)).toHaveValue(/^Aija raksta .* un Mārtiņš arī$/);

  await titleOf(aija).press('ControlOrMeta+z');
  for (const page of [aija, martins]) await expect(titleOf(page)).toHaveValue(/^(?!Aija raksta ).* un Mārtiņš arī$/);
});

test('an observer sees the plan live and cannot write', async ({ browserOf, demo }) => {
  const people = JSON.parse(demo.admin('people:list', '--json')) as {
    email: string;
    memberships?: { role: string }[];
  }[];
  const observer = people.find((person) => person.memberships?.some(({ role }) => role === 'observer'));
  const watching = await browserOf(observer?.email ?? '');
  const martins = await browserOf(MARTINS);
  await watching.goto(PLAN);
  await expect(savedState(watching)).toHaveText('Tikai lasīšanai');
  await openPlan(martins);
  await append(martins, ' (skatās)');
  await expect(watching.getByRole('heading', { level: 1 })).toHaveText(/\(skatās\)$/);
  await expect(titleOf(watching)).toHaveCount(0);
});

test('a server that is killed loses nothing, and nobody has to type anything again', async ({ openContext }) => {
  const server = await startApp();
  try {
    const [aija, martins] = await Promise.all([
      pageOf(openContext, server, AIJA),
      pageOf(openContext, server, MARTINS),
    ]);
    await openPlan(aija, server.origin);
    await append(aija, ' pirms');
    await expect(savedState(aija)).toHaveText('Saglabāts');
    await server.stop('SIGKILL');
    await append(aija, ' un pēc');
    await expect(savedState(aija)).toHaveText('Bezsaistē: 1 izmaiņa glabājas šeit');
    await server.start();
    await expect(savedState(aija)).toHaveText('Saglabāts', { timeout: 20_000 });
    await openPlan(martins, server.origin);
    await expect(titleOf(martins)).toHaveValue(/ pirms un pēc$/);
  } finally {
    await server.dispose();
  }
});

test('a refused change is offered to copy and to put in anew, and does not come again', async ({ browserOf, demo }) => {
  const aija = await browserOf(AIJA);
  await openPlan(aija);
  await aija.goto('/healthz');
  await keepRefusedChange(aija, demo, { email: AIJA, of: MARTINS, text: ' zem sveša numura' });

  await aija.goto(PLAN);
  const dialog = aija.getByRole('dialog');
  await expect(dialog).toContainText('Serveris nepieņēma jūsu izmaiņas');
  await expect(dialog.getByRole('textbox')).toHaveValue(/zem sveša numura/);
  await dialog.getByRole('button', { name: 'Ievietot no jauna' }).click();

  await expect(dialog).toHaveCount(0);
  await expect(savedState(aija)).toHaveText('Saglabāts');
  await expect(titleOf(aija)).toHaveValue(/ zem sveša numura$/);
  await aija.reload();
  await expect(savedState(aija)).toHaveText('Saglabāts');
  const martins = await browserOf(MARTINS);
  await openPlan(martins);
  await expect(titleOf(martins)).toHaveValue(/ zem sveša numura$/);
});

test('signing out asks about text that was not sent, and shows it to nobody else', async ({ browserOf, demo }) => {
  const aija = await browserOf(AIJA);
  const context = aija.context();
  await openPlan(aija);
  await context.setOffline(true);
  await append(aija, ' aizmirsts');
  await expect(savedState(aija)).toHaveText('Bezsaistē: 1 izmaiņa glabājas šeit');
  await aija.close();
  await context.setOffline(false);

  const leaving = await context.newPage();
  await leaving.goto('/sign-out');
  await expect(leaving.getByText('1 izmaiņa šajā ierīcē vēl nav nosūtīta')).toBeVisible();
  await leaving.getByRole('button', { name: 'Izrakstīties' }).click();
  await leaving.waitForURL('**/sign-in');

  await signIn(context, demo, MARTINS);
  await openPlan(leaving);
  await expect(titleOf(leaving)).not.toHaveValue(/aizmirsts/);
  await leaving.goto('/sign-out');
  await expect(leaving.getByText('nav nosūtīta')).toHaveCount(0);

  await signIn(context, demo, AIJA);
  await openPlan(leaving);
  await expect(titleOf(leaving)).toHaveValue(/ aizmirsts$/);
  await leaving.goto('/sign-out');
  await leaving.getByRole('button', { name: 'Izrakstīties' }).click();
  await leaving.waitForURL('**/sign-in');
  await expect.poll(() => leaving.evaluate(async () => (await indexedDB.databases()).length)).toBe(1);
});

async function pageOf(openContext: () => Promise<BrowserContext>, server: AppServer, email: string): Promise<Page> {
  const context = await openContext();
  await signIn(context, server, email);
  await context.addCookies([{ name: 'kopplans-locale', value: 'lv', url: server.origin }]);
  return context.newPage();
}
