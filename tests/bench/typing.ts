import type { Browser, Page } from '@playwright/test';
import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';
import { startApp } from '../support/app-server.ts';
import { planDocument, syncClient, type SyncClient } from '../support/sync-client.ts';
import { COORDINATOR, PLAN, signedIn, whenLive } from './demo-pages.ts';
import type { Figure } from './report.ts';

const WRITERS = 18;
/** Characters a second of each scripted writer: a fast typist. */
const PACE = 6;
const KEYSTROKES = 120;
const PEOPLE = [
  'martins.berzins',
  'ilze.liepina',
  'gita.rozentale',
  'janis.strautins',
  'dace.zarina',
  'kristaps.vanags',
];
// On every keyboard, and in no Latvian word.
const MARK = 'q';

/** 18 scripted writers and two browsers in one plan: how long a keystroke takes to be painted in the other browser. */
export async function benchTyping(browser: Browser): Promise<Figure[]> {
  const server = await startApp();
  const writers: SyncClient[] = [];
  const timers: NodeJS.Timeout[] = [];
  // Every y-websocket client listens for the end of the process.
  process.setMaxListeners(WRITERS + 12);
  try {
    const documentId = planDocument(server);
    for (let i = 0; i < WRITERS; i++) {
      writers.push(await syncClient(server, `${PEOPLE[i % PEOPLE.length]}@example.org`, documentId));
    }
    const actions = [...planRoots(writers[0]?.doc ?? new Y.Doc()).actions.keys()];
    const [shared = ''] = actions;
    writers.forEach(({ doc, provider: { awareness } }, i) => {
      // A third of them in the very description that is measured, the others each in one of their own.
      const action = i % 3 === 0 ? shared : (actions[i % actions.length] ?? shared);
      const body = planRoots(doc).actions.get(action)?.get('body');
      if (!(body instanceof Y.Text)) throw new Error('An action has no description');
      const word = 'kopā ar kaimiņiem ';
      let at = 0;
      const write = () => {
        body.insert(0, word.charAt(at++ % word.length));
        // As the app does: everybody sees the caret move.
        const caret = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(body, 1)) as unknown;
        awareness.setLocalState({
          focus: { item: action, field: 'body' },
          selection: { anchor: caret, head: caret },
        });
      };
      timers.push(setInterval(write, 1000 / PACE + i));
    });

    const [writer, reader] = await Promise.all(
      [COORDINATOR, 'zane.lapina@example.org'].map(async (email) => {
        const context = await signedIn(browser, server, email);
        const page = await context.newPage();
        await page.goto(`${server.origin}${PLAN}/action/${shared}`);
        await whenLive(page);
        await page.locator('.ProseMirror').waitFor();
        return page;
      }),
    );
    if (!writer || !reader) throw new Error('No browsers');
    const values = await typeAndWatch(writer, reader);
    return [
      {
        name: 'keystroke painted in the other browser, 18 others writing',
        unit: 'ms',
        values,
        target: { of: 'p95', most: 100 },
      },
    ];
  } finally {
    for (const timer of timers) clearInterval(timer);
    for (const writer of writers) writer.close();
    await server.dispose();
  }
}

/** Types one mark after another and returns how many milliseconds each took from key to the other page's paint. */
async function typeAndWatch(writer: Page, reader: Page): Promise<number[]> {
  await watch(reader, 'paint');
  await watch(writer, 'key');
  await writer.locator('.ProseMirror').click();
  await writer.keyboard.press('Control+End');
  for (let i = 1; i <= KEYSTROKES; i++) {
    await writer.keyboard.type(MARK);
    await reader.evaluate((count) => (window as unknown as Watched).seenAtLeast(count), i);
  }
  const times = (page: Page) => page.evaluate(() => (window as unknown as Watched).seen);
  const [keys, paints] = [await times(writer), await times(reader)];
  return paints.slice(0, KEYSTROKES).map((painted, i) => painted - (keys[i] ?? Number.NaN));
}

/** What a page is given to watch itself; asking it again and again from outside would cost what is measured. */
type Watched = { seen: number[]; seenAtLeast: (count: number) => Promise<void> };

/** Collects in `window.seen` the times (ms since 1970) of marks typed here, or of painted frames that show one more. */
async function watch(page: Page, what: 'key' | 'paint'): Promise<void> {
  await page.evaluate(
    ({ what, mark }) => {
      const seen: number[] = [];
      let enough = { count: 0, reached: () => {} };
      const see = (time: number) => {
        seen.push(performance.timeOrigin + time);
        if (seen.length >= enough.count) enough.reached();
      };
      Object.assign(window, {
        seen,
        seenAtLeast: (count: number) =>
          new Promise<void>((reached) => {
            if (seen.length >= count) reached();
            else enough = { count, reached };
          }),
      });
      const editor = document.querySelector('.ProseMirror');
      if (!editor) throw new Error('no editor');
      if (what === 'key') {
        addEventListener('keydown', (event) => event.key === mark && see(event.timeStamp), true);
        return;
      }
      const count = () => (editor.textContent ?? '').split(mark).length - 1;
      const before = count();
      let shown = 0;
      // A message that is sent in an animation frame arrives when that frame has been painted.
      const painted = new MessageChannel();
      painted.port1.onmessage = () => see(performance.now());
      new MutationObserver(() => {
        const now = count() - before;
        while (shown < now) {
          shown++;
          requestAnimationFrame(() => painted.port2.postMessage(null));
        }
      }).observe(editor, { childList: true, characterData: true, subtree: true });
    },
    { what, mark: MARK },
  );
}
