import type { Browser, Page } from '@playwright/test';
import { addAction } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { startApp, type AppServer } from '../support/app-server.ts';
import { planDocument, syncClient } from '../support/sync-client.ts';
import { COORDINATOR, PLAN, signedIn, whenLive } from './demo-pages.ts';
import type { Figure } from './report.ts';

const OPENINGS = 9;
const MOVES = 30;
const ACTIONS = 300;

/** Of each cold opening: milliseconds until it is usable, and kB of scripts for the board and afterwards. */
type Openings = { times: number[]; scripts: number[]; later: number[] };

/** Opening the board cold, what it ships, and moving a card among 300. */
export async function benchBoard(browser: Browser): Promise<Figure[]> {
  const server = await startApp();
  try {
    const opened = await openings(browser, server);
    await fill(server);
    const large = await openings(browser, server);
    const moves = await moveCards(browser, server);
    return [
      {
        name: 'demo board usable after a cold navigation',
        unit: 'ms',
        values: opened.times,
        target: { of: 'median', most: 1500 },
      },
      { name: 'board of 300 actions usable after a cold navigation', unit: 'ms', values: large.times },
      {
        name: 'JavaScript of the board, compressed',
        unit: 'kB',
        values: opened.scripts,
        target: { of: 'median', most: 200 },
      },
      { name: 'and of actions with their editor, fetched later', unit: 'kB', values: opened.later },
      { name: 'card moved among 300: key to paint', unit: 'ms', values: moves, target: { of: 'p95', most: 100 } },
    ];
  } finally {
    await server.dispose();
  }
}

async function openings(browser: Browser, server: AppServer): Promise<Openings> {
  const times: number[] = [];
  const scripts: number[] = [];
  const later: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const context = await signedIn(browser, server, COORDINATOR);
    const page = await context.newPage();
    let bytes = 0;
    page.on('requestfinished', (request) => {
      if (request.resourceType() !== 'script') return;
      void request.sizes().then((sizes) => (bytes += sizes.responseBodySize));
    });
    await page.goto(server.origin + PLAN, { waitUntil: 'commit' });
    times.push(await whenLive(page));
    await page.waitForLoadState('networkidle');
    const board = bytes;
    scripts.push(board / 1000);
    await page.locator('[data-prepared="true"]').waitFor();
    await page.waitForLoadState('networkidle');
    later.push((bytes - board) / 1000);
    await context.close();
  }
  return { times, scripts, later };
}

/** Adds actions to the demo plan until there are 300. */
async function fill(server: AppServer): Promise<void> {
  const client = await syncClient(server, COORDINATOR, planDocument(server));
  const plan = readPlan(client.doc);
  for (let count = plan.actions.length; count < ACTIONS; count++) {
    const goal = plan.goals[count % plan.goals.length]?.id ?? null;
    addAction(client.doc, { title: `Rīcība ${count}: kopīga apkaimes diena un talka`, goal, status: 'running' });
  }
  const witness = await syncClient(server, COORDINATOR, planDocument(server));
  while (readPlan(witness.doc).actions.length < ACTIONS)
    await new Promise((resolve) => witness.doc.once('update', resolve));
  witness.close();
  client.close();
}

async function moveCards(browser: Browser, server: AppServer): Promise<number[]> {
  const context = await signedIn(browser, server, COORDINATOR);
  const page = await context.newPage();
  await page.goto(server.origin + PLAN);
  await whenLive(page);
  const times: number[] = [];
  await page.locator('article h3 a').first().focus();
  await page.keyboard.press('Space');
  for (let move = 0; move < MOVES; move++) {
    times.push(await keyToPaint(page, move % 2 === 0 ? 'ArrowRight' : 'ArrowLeft'));
  }
  times.push(await keyToPaint(page, 'Space'));
  await context.close();
  return times;
}

/** Milliseconds from a key that moves the focused card to the frame that shows the board after it. */
async function keyToPaint(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    (window as unknown as { painted: Promise<number> }).painted = new Promise((resolve) => {
      const painted = (event: KeyboardEvent) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - event.timeStamp)));
      addEventListener('keydown', painted, { once: true, capture: true });
    });
  });
  await page.keyboard.press(key);
  return page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted);
}
