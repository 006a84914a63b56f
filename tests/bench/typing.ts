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
/** Of 120 the slowest twentieth is six: that differed from run to run by a quarter. */
const KEYSTROKES = 360;
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
    writers.forEach((writer, i) => {
      // A third of them in the very description that is measured, the others each in one of their own.
      const action = i % 3 === 0 ? shared : (actions[i % actions.length] ?? shared);
      timers.push(setInterval(typist(writer, action), 1000 / PACE + i));
    });

    const [writer, reader] = await Promise.all(
      [COORDINATOR, 'zane.lapina@example.org'].map(async (email) => {
        const context = await signedIn(browser, server, email);
        const page = await context.newPage();
        await page.addInitScript(noteFrames);
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

/** Somebody who types into the description of an action: each call is a letter, and their caret behind it. */
function typist({ doc, provider }: SyncClient, action: string): () => void {
  const body = planRoots(doc).actions.get(action)?.get('body');
  if (!(body instanceof Y.Text)) throw new Error('An action has no description');
  // What the others write is sent here and not read: on their own machine nobody would notice that they do.
  const socket = provider.ws;
  if (!socket) throw new Error('A writer has no connection');
  // A client that hears nothing for half a minute would connect anew, and then read.
  socket.onmessage = () => (provider.wsLastMessageReceived = Date.now());
  const word = 'kopā ar kaimiņiem ';
  let at = 0;
  return () => {
    body.insert(at, word.charAt(at % word.length));
    at += 1;
    // As the app does: everybody sees the caret move.
    const caret = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(body, at, -1)) as unknown;
    provider.awareness.setLocalState({
      focus: { item: action, field: 'body' },
      selection: { anchor: caret, head: caret },
    });
  };
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
type Watched = { drawing: boolean; seen: number[]; seenAtLeast: (count: number) => Promise<void> };

/** Runs in a page before its own scripts: `window.drawing` is true while an animation frame's callbacks run. */
function noteFrames(): void {
  const page = window as unknown as Watched;
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    request((time) => {
      page.drawing = true;
      try {
        callback(time);
      } finally {
        // Behind whatever observes what the callback changed.
        queueMicrotask(() => (page.drawing = false));
      }
    });
}

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
          const show = () => painted.port2.postMessage(null);
          if ((window as unknown as Watched).drawing) show();
          else requestAnimationFrame(show);
        }
      }).observe(editor, { childList: true, characterData: true, subtree: true });
    },
    { what, mark: MARK },
  );
}
