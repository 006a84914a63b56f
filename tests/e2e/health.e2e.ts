import { expect, test } from '../support/browser.ts';

test('the front page opens', async ({ demo, openContext }) => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(demo.origin);
  await expect(page.locator('h1')).toBeVisible();
});
