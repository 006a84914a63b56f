import Database from 'better-sqlite3';
import path from 'node:path';
import { startApp, type AppServer } from '../support/app-server.ts';
import { keepBusy } from '../support/busy.ts';
import { expect, expectAccessible, prefer, signIn, test } from '../support/browser.ts';

// Another process (a command, a backup) writes to the database for longer than anybody waits.

const AIJA = 'aija.kruze@example.org';

let app: AppServer;
test.beforeAll(async () => {
  app = await startApp();
});
test.afterAll(() => app.dispose());

test('pages open meanwhile, also for somebody whose rights have just changed', async ({ openContext }) => {
  const context = await openContext({ baseURL: app.origin });
  await signIn(context, app, AIJA);
  const page = await context.newPage();
  const database = new Database(path.join(app.dataDir, 'kopplans.sqlite'));
  database.exec("UPDATE session SET renewal = 'due'");
  const release = keepBusy(app);
  await page.goto('/');
  await expect(page).toHaveURL(/\/plan\/2025$/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(database.prepare("SELECT count(*) FROM session WHERE renewal = 'due'").pluck().get()).toBe(1);
  release();
  // The next page has the new token.
  await page.goto('/account');
  expect(database.prepare("SELECT count(*) FROM session WHERE renewal = 'due'").pluck().get()).toBe(0);
  database.close();
});

test('a form says that the server is busy, keeps what was typed, and can be sent again', async ({ openContext }) => {
  const context = await openContext({ baseURL: app.origin });
  await signIn(context, app, AIJA);
  const page = await context.newPage();
  await page.goto('/account');
  const name = page.getByLabel('Vārds un uzvārds');
  const save = page.getByRole('button', { name: 'Saglabāt', exact: true }).first();
  const release = keepBusy(app);
  await name.fill('Aija Krūze-Liepa');
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await save.click();
  expect((await answer).status()).toBe(503);
  await expect(page.getByText('Serveris pašlaik ir aizņemts.')).toBeVisible();
  await expect(name).toHaveValue('Aija Krūze-Liepa');
  await expectAccessible(page);
  release();
  await save.click();
  await expect(page.getByText('Serveris pašlaik ir aizņemts.')).toHaveCount(0);
  await page.reload();
  await expect(name).toHaveValue('Aija Krūze-Liepa');
});

for (const { language, title, label } of [
  { language: 'lv', title: 'Serveris pašlaik ir aizņemts', label: 'Kļūda 503' },
  { language: 'en', title: 'The server is busy right now', label: 'Error 503' },
] as const) {
  test(`without JavaScript a page says so (${language})`, async ({ openContext }) => {
    const context = await openContext({ baseURL: app.origin, javaScriptEnabled: false });
    await prefer(context, app.origin, { language, theme: 'light' });
    const page = await context.newPage();
    await page.goto('/sign-in');
    const release = keepBusy(app);
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: /Aija Krūze/ }).click();
    const response = await answer;
    expect([response.status(), response.headers()['retry-after']]).toEqual([503, '5']);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page.getByText(label)).toBeVisible();
    release();
  });
}
