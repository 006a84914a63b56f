import { startApp, type AppServer } from '../support/app-server.ts';
import { expect, expectAccessible, prefer, signIn, test } from '../support/browser.ts';

// A plan for another year, beside the one of 2025 that the demo has.

let app: AppServer;
test.beforeAll(async () => {
  app = await startApp();
});
test.afterAll(() => app.dispose());

test('a coordinator creates the plan of another year and goes to and fro between them', async ({ openContext }) => {
  const context = await openContext({ baseURL: app.origin });
  await signIn(context, app, 'aija.kruze@example.org');
  const page = await context.newPage();
  await page.goto('/w/kekavas-novads/plan/2025');
  const choice = page.getByRole('navigation').getByRole('button', { name: /2025\. gada plāns/ });
  await choice.press('Enter');
  await page.getByRole('menuitem', { name: 'Jauns plāns citam gadam' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jauns plāns citam gadam');
  await expectAccessible(page);
  const years = page.getByLabel('Kurā gadā plāns jāīsteno?');
  await expect(years.getByRole('option', { name: '2025' })).toHaveCount(0);
  const year = await years.inputValue();
  await page.getByRole('button', { name: 'Izveidot plānu' }).press('Enter');
  await expect(page).toHaveURL(`${app.origin}/w/kekavas-novads/plan/${year}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(year);

  // Sent again, for instance from another tab: the same plan.
  const again = await page.request.post('/w/kekavas-novads/plan/new?/plan', {
    form: { year },
    headers: { origin: app.origin, accept: 'text/html' },
  });
  expect(again.url()).toBe(`${app.origin}/w/kekavas-novads/plan/${year}`);
  await page.goto('/w/kekavas-novads/plan/new');
  await expect(years.getByRole('option', { name: year })).toHaveCount(0);

  await page
    .getByRole('navigation')
    .getByRole('button', { name: /gada plāns/ })
    .press('Enter');
  await page.getByRole('menuitem', { name: '2025. gada plāns' }).press('Enter');
  await expect(page).toHaveURL(/\/plan\/2025$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2025');

  // From other pages, also when they are opened by their address, the way leads back to the plan that was open last.
  await page.goto('/w/kekavas-novads/people');
  await expect(choice).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Aija' }).click();
  await page.getByRole('link', { name: 'Atpakaļ uz plānu' }).click();
  await expect(page).toHaveURL(/\/plan\/2025$/);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Atpakaļ uz plānu' }).click();
  await expect(page).toHaveURL(/\/plan\/2025$/);

  // A plan is called as those before it, whatever language its coordinator reads.
  await prefer(context, app.origin, { language: 'en', theme: 'light' });
  await page.goto('/w/kekavas-novads/plan/new');
  await page.getByRole('button', { name: 'Create the plan' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Sadarbības rīcības plāns \d{4}$/);
});

test('on a phone the way to other years stands above the plan', async ({ openContext }) => {
  const context = await openContext({ baseURL: app.origin, viewport: { width: 390, height: 844 } });
  await signIn(context, app, 'aija.kruze@example.org');
  await prefer(context, app.origin, { language: 'en', theme: 'dark' });
  const page = await context.newPage();
  await page.goto('/w/kekavas-novads/plan/2025');
  await page
    .getByRole('main')
    .getByRole('button', { name: /2025 plan/ })
    .click();
  await expectAccessible(page);
  await page.getByRole('menuitem', { name: 'New plan for another year' }).click();
  await expect(page.getByRole('button', { name: 'Create the plan' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
});

test('whoever is no coordinator is not offered it, and is refused', async ({ openContext }) => {
  const context = await openContext({ baseURL: app.origin });
  await signIn(context, app, 'martins.berzins@example.org');
  const page = await context.newPage();
  await page.goto('/w/kekavas-novads/plan/2025');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const choice = page.getByRole('navigation').getByRole('button', { name: /gada plāns/ });
  if ((await choice.count()) > 0) await choice.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Jauns plāns citam gadam' })).toHaveCount(0);
  expect((await page.goto('/w/kekavas-novads/plan/new'))?.status()).toBe(403);
  const year = String(new Date().getFullYear() + 2);
  const sent = await page.request.post('/w/kekavas-novads/plan/new?/plan', {
    form: { year },
    headers: { origin: app.origin },
  });
  expect(sent.status()).toBe(403);
  expect((await page.goto(`/w/kekavas-novads/plan/${year}`))?.status()).toBe(404);
});
