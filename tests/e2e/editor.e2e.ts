import type { Page } from '@playwright/test';
import { expect, test } from '../support/browser.ts';
import { GOOGLE_DOCS_HTML, LIBRE_OFFICE_HTML, WEB_HTML, WORD_HTML } from '../support/pasted-html.ts';

// Two browsers at once, and every step waited for: slow machines need longer.
test.describe.configure({ timeout: 120_000 });

const AIJA = 'aija.kruze@example.org';
const ILZE = 'ilze.liepina@example.org';
const INESE_OBSERVER = 'inese.grava@example.org';
const PLAN = '/w/kekavas-novads/plan/2025';

const editorOf = (page: Page) => page.locator('.rich-text');

/** Opens the plan's action number `index`. Each test has an action of its own. */
async function openAction(page: Page, index: number): Promise<void> {
  await page.goto(PLAN);
  const href = await page.locator('a[href*="/action/"]').nth(index).getAttribute('href');
  await page.goto(href ?? '');
  await expect(editorOf(page)).toBeVisible();
}

/** Opens an action and leaves its description empty, with the caret in it. */
async function openEmpty(page: Page, index: number): Promise<void> {
  await openAction(page, index);
  await expect(editorOf(page)).toHaveAttribute('contenteditable', 'true');
  await editorOf(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Backspace');
  await expect.poll(() => blocks(page)).toEqual(['p: ']);
}

/** The text as it stands on the page: one line a block. */
function blocks(page: Page): Promise<string[]> {
  return editorOf(page).evaluate((root) =>
    [...root.children].map((block) => {
      const { list, indent } = (block as HTMLElement).dataset;
      const copy = block.cloneNode(true) as HTMLElement;
      for (const caret of copy.querySelectorAll('.peer-caret')) caret.remove();
      return `${block.nodeName.toLowerCase()}${list ? ` ${list} ${indent}` : ''}: ${copy.textContent}`;
    }),
  );
}

async function paste(page: Page, html: string, text = ''): Promise<void> {
  await editorOf(page).evaluate(
    (element, data) => {
      const clipboardData = new DataTransfer();
      if (data.html) clipboardData.setData('text/html', data.html);
      clipboardData.setData('text/plain', data.text);
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    { html, text },
  );
}

/** Where the caret is: the characters before it in its block. */
const beforeCaret = (page: Page) =>
  page.evaluate(() => {
    const selection = getSelection();
    const node = selection?.focusNode;
    const block = (node instanceof Element ? node : node?.parentElement)?.closest('.rich-text > *');
    if (!selection?.focusNode || !block) return null;
    const range = document.createRange();
    range.setStart(block, 0);
    range.setEnd(selection.focusNode, selection.focusOffset);
    return range.toString();
  });

test('typing makes headings, lists and quotes, and the text is there after a reload', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await openEmpty(page, 0);
  await page.keyboard.type('# Virsraksts');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Teksts ar ķ, ļ un 😀');
  await page.keyboard.press('Enter');
  await page.keyboard.type('- viens');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('divi');
  for (const _ of [1, 2, 3]) await page.keyboard.press('Enter');
  await page.keyboard.type('1. pirmais');
  await page.keyboard.press('Enter');
  await page.keyboard.type('otrais');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('> citāts');
  const expected = [
    'h3: Virsraksts',
    'p: Teksts ar ķ, ļ un 😀',
    'p bullet 0: viens',
    'p bullet 1: divi',
    'p ordered 0: pirmais',
    'p ordered 0: otrais',
    'blockquote: citāts',
  ];
  await expect.poll(() => blocks(page)).toEqual(expected);
  await page.reload();
  await expect.poll(() => blocks(page)).toEqual(expected);
  // Nobody has been in the text yet: its heading is not where somebody writes.
  const heading = page.locator('[data-tool="heading1"]');
  await expect(heading).toHaveAttribute('aria-pressed', 'false');
  await editorOf(page).locator('h3').click();
  await expect(heading).toHaveAttribute('aria-pressed', 'true');
});

test('the toolbar works from the keyboard, and Escape leaves the text', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await openEmpty(page, 1);
  await page.keyboard.type('Vārds');
  await page.keyboard.press('Shift+Tab');
  await expect(page.locator('[data-tool="bold"]')).toBeFocused();
  for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-tool="heading1"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(editorOf(page)).toBeFocused();
  await expect.poll(() => blocks(page)).toEqual(['h3: Vārds']);
  await expect(page.locator('[data-tool="heading1"]')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => blocks(page)).toEqual(['p: Vārds']);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+b');
  await expect(editorOf(page).locator('strong')).toHaveText('Vārds');
  await page.keyboard.press('Escape');
  await expect(editorOf(page)).not.toBeFocused();
  // The sheet stays open: only the text was left.
  await expect(editorOf(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(editorOf(page)).not.toBeFocused();
  await expect(page.locator('[data-tool]:focus')).toHaveCount(0);
});

test('when the editor cannot be loaded, the text can be read all the same', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await page.route('**/_app/immutable/**/*.js', async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes('ProseMirror')) await route.abort();
    else await route.fulfill({ response });
  });
  await page.goto(PLAN);
  await page.locator('article h3 a').first().click();
  const description = page.getByRole('dialog').getByRole('region', { name: 'Apraksts' });
  await expect(description.getByText('Redaktors neatvērās.')).toBeVisible();
  await expect(description.getByRole('paragraph').first()).toHaveText(/\S/);
});

test('a link is set, changed and taken away; a script is no address', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  await openEmpty(page, 2);
  await page.keyboard.type('novads');
  await expect.poll(() => beforeCaret(page)).toBe('novads');
  await page.keyboard.press('Shift+Home');
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('novads');
  await page.keyboard.press('ControlOrMeta+k');
  const address = page.getByLabel('Saites adrese');
  await expect(address).toBeFocused();
  await address.fill('javascript:alert(1)');
  await page.getByRole('button', { name: 'Pievienot', exact: true }).press('Enter');
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await expect(address).toBeFocused();
  await address.fill('kekava.lv');
  await page.keyboard.press('Enter');
  const link = editorOf(page).locator('a');
  await expect(link).toHaveAttribute('href', 'https://kekava.lv');
  await expect(editorOf(page)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(address).toHaveValue('https://kekava.lv');
  await page.getByRole('button', { name: 'Noņemt saiti' }).click();
  await expect(link).toHaveCount(0);
  await expect.poll(() => blocks(page)).toEqual(['p: novads']);
});

test('X1 what Word, LibreOffice, Google Docs and web pages copy is cleaned', async ({ browserOf }) => {
  const page = await browserOf(AIJA);
  const samples: [string, string[]][] = [
    [
      WORD_HTML,
      [
        'h3: Plāns 2025',
        'p: Pirmā trekna un slīpa rinda',
        'p bullet 0: viens',
        'p bullet 1: dziļāk',
        'p ordered 0: numurs',
        'p: A | B',
        'p: C',
        'h4: Trešais līmenis',
        'p: saite slikta',
      ],
    ],
    [
      LIBRE_OFFICE_HTML,
      [
        'h4: Virsraksts',
        'p: Teksts ar treknu un sarkanu vārdu',
        'p ordered 0: pirmais',
        'p ordered 0: otrais',
        'p bullet 1: iekšā',
        'blockquote: citēts',
      ],
    ],
    [GOOGLE_DOCS_HTML, ['h3: Virsraksts', 'p: Parasts trekns slīps', 'p bullet 0: viens', 'p bullet 1: divi']],
    [WEB_HTML, ['p: Rinda viens', 'p: Rinda divi', 'p: a  b', 'p: c', 'p: T', 'p: D', 'p: ab']],
  ];
  await openEmpty(page, 3);
  for (const [html, expected] of samples) {
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await expect.poll(() => blocks(page)).toEqual(['p: ']);
    await paste(page, html);
    await expect.poll(() => blocks(page)).toEqual(expected);
    await expect(editorOf(page).locator('script, style, img, [style], [onclick], a[href^="javascript"]')).toHaveCount(
      0,
    );
  }
});

test('C1 two people write in one paragraph and see each other', async ({ browserOf }) => {
  const aija = await browserOf(AIJA);
  const ilze = await browserOf(ILZE);
  await openEmpty(aija, 4);
  await openAction(ilze, 4);
  await aija.keyboard.type('viens divi');
  await expect.poll(() => blocks(ilze)).toEqual(['p: viens divi']);
  await editorOf(ilze).click();
  await ilze.keyboard.press('ControlOrMeta+End');
  await expect.poll(() => beforeCaret(ilze)).toBe('viens divi');
  await expect(editorOf(aija).locator('.peer-flag')).toHaveAttribute('data-name', 'Ilze Liepiņa');
  await expect(editorOf(ilze).locator('.peer-flag')).toHaveAttribute('data-name', 'Aija Krūze');
  await aija.keyboard.press('Home');
  for (let key = 0; key < 5; key++) await aija.keyboard.press('ArrowRight');
  await expect.poll(() => beforeCaret(aija)).toBe('viens');
  await Promise.all([aija.keyboard.press('Enter'), ilze.keyboard.type(' trīs četri')]);
  const expected = ['p: viens', 'p:  divi trīs četri'];
  await expect.poll(() => blocks(aija)).toEqual(expected);
  await expect.poll(() => blocks(ilze)).toEqual(expected);

  // Undo takes back one's own: Aija's Enter, not Ilze's words.
  await aija.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => blocks(ilze)).toEqual(['p: viens divi trīs četri']);
});

test('C3 an arrow key counts although another person comes in before the editor has heard of it', async ({
  browserOf,
}) => {
  const aija = await browserOf(AIJA);
  const ilze = await browserOf(ILZE);
  await aija.addInitScript(holdMessages);
  await openEmpty(aija, 8);
  await openAction(ilze, 8);
  await aija.keyboard.type('viens divi');
  await expect.poll(() => blocks(ilze)).toEqual(['p: viens divi']);
  await aija.keyboard.press('Home');
  await expect.poll(() => beforeCaret(aija)).toBe('');
  await expect(editorOf(ilze).locator('.peer-caret')).toHaveCount(1);

  await editorOf(ilze).click();
  await expect.poll(() => textBeforePeer(aija)).toBe('viens divi');
  await ilze.keyboard.press('ControlOrMeta+Home');
  await expect.poll(() => textBeforePeer(aija)).toBe('');

  // Another's caret is drawn in the frame in which the key moves this one.
  await aija.evaluate(() => (window as unknown as Held).holdMessages());
  await ilze.keyboard.press('ControlOrMeta+End');
  await expect.poll(() => aija.evaluate(() => (window as unknown as Held).heldMessages())).toBeGreaterThan(0);
  await aija.evaluate(() => {
    requestAnimationFrame(() => getSelection()?.modify('move', 'forward', 'character'));
    (window as unknown as Held).releaseMessages();
  });
  await expect.poll(() => textBeforePeer(aija)).toBe('viens divi');
  expect(await beforeCaret(aija)).toBe('v');

  // Another's words come in while the key is on its way.
  await aija.evaluate(() => (window as unknown as Held).holdMessages());
  await ilze.keyboard.press('ControlOrMeta+Home');
  await expect.poll(() => beforeCaret(ilze)).toBe('');
  await ilze.keyboard.type('ne');
  await expect(ilze.locator('[data-connection]').first()).toHaveText('Saglabāts');
  await aija.evaluate(() => {
    getSelection()?.modify('move', 'forward', 'character');
    (window as unknown as Held).releaseMessages();
  });
  await expect.poll(() => blocks(aija)).toEqual(['p: neviens divi']);
  expect(await beforeCaret(aija)).toBe('nevi');
  await aija.keyboard.type('!');
  await expect.poll(() => blocks(ilze)).toEqual(['p: nevi!ens divi']);
});

test('C3 Enter splits the text where the caret is, although the editor has not heard yet that it moved', async ({
  browserOf,
}) => {
  const aija = await browserOf(AIJA);
  await openEmpty(aija, 8);
  await aija.keyboard.type('viens divi');
  await aija.keyboard.press('Home');
  await expect.poll(() => beforeCaret(aija)).toBe('');
  await editorOf(aija).evaluate((editor) => {
    for (let i = 0; i < 5; i++) getSelection()?.modify('move', 'forward', 'character');
    editor.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true, cancelable: true }),
    );
  });
  await expect.poll(() => blocks(aija)).toEqual(['p: viens', 'p:  divi']);
});

test('H1 a composition goes on while somebody else writes in its paragraph', async ({ browserOf }) => {
  const aija = await browserOf(AIJA);
  const ilze = await browserOf(ILZE);
  await openEmpty(aija, 5);
  await openAction(ilze, 5);
  await aija.keyboard.type('sākums beigas');
  await expect.poll(() => blocks(ilze)).toEqual(['p: sākums beigas']);
  for (let key = 0; key < 7; key++) await aija.keyboard.press('ArrowLeft');
  await expect.poll(() => beforeCaret(aija)).toBe('sākums');
  const devtools = await aija.context().newCDPSession(aija);
  const compose = (text: string) =>
    devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  await compose('か');
  await expect.poll(() => blocks(ilze)).toEqual(['p: sākumsか beigas']);
  await editorOf(ilze).click();
  await ilze.keyboard.press('ControlOrMeta+Home');
  await expect.poll(() => beforeCaret(ilze)).toBe('');
  await ilze.keyboard.type('Ilzes ');
  await compose('かん');
  await compose('かんじ');
  await expect.poll(() => blocks(ilze)).toEqual(['p: Ilzes sākumsかんじ beigas']);
  await devtools.send('Input.insertText', { text: '漢字' });
  await expect.poll(() => blocks(aija)).toEqual(['p: Ilzes sākums漢字 beigas']);
  await expect.poll(() => blocks(ilze)).toEqual(['p: Ilzes sākums漢字 beigas']);
  await aija.keyboard.type('!');
  await expect.poll(() => blocks(ilze)).toEqual(['p: Ilzes sākums漢字! beigas']);
});

test('an observer sees the text live and cannot write', async ({ browserOf }) => {
  const aija = await browserOf(AIJA);
  const observer = await browserOf(INESE_OBSERVER);
  await openEmpty(aija, 6);
  await openAction(observer, 6);
  await expect(editorOf(observer)).toHaveAttribute('contenteditable', 'false');
  await expect(observer.getByRole('toolbar')).toHaveCount(0);
  await aija.keyboard.type('redzams visiem');
  await expect.poll(() => blocks(observer)).toEqual(['p: redzams visiem']);
  await expect(editorOf(observer).locator('.peer-caret')).toHaveCount(1);
  await editorOf(observer).click();
  await observer.keyboard.type('x');
  await paste(observer, '<p>y</p>', 'y');
  await aija.keyboard.type('!');
  await expect.poll(() => blocks(observer)).toEqual(['p: redzams visiem!']);
  await expect.poll(() => blocks(aija)).toEqual(['p: redzams visiem!']);
});

test('C2 who wrote what is marked in the text', async ({ browserOf }) => {
  const aija = await browserOf(AIJA);
  const ilze = await browserOf(ILZE);
  await openEmpty(aija, 7);
  await openAction(ilze, 7);
  await aija.keyboard.type('- Aijas vārdi');
  await expect.poll(() => blocks(ilze)).toEqual(['p bullet 0: Aijas vārdi']);
  await editorOf(ilze).click();
  await ilze.keyboard.press('ControlOrMeta+End');
  await expect.poll(() => beforeCaret(ilze)).toBe('Aijas vārdi');
  await ilze.keyboard.type(' un Ilzes');
  await aija.getByRole('button', { name: 'Rādīt autorus' }).first().click();
  await expect(editorOf(aija).locator('.by')).toHaveText(['Aijas vārdi', ' un Ilzes']);
  await expect(editorOf(aija).locator('.by').first()).toHaveAttribute('title', /Aija Krūze, Partnerība/);
  expect(await blocks(aija)).toEqual(['p bullet 0: Aijas vārdi un Ilzes']);
});

/** The characters before the other's caret in its block; null while there is none. */
const textBeforePeer = (page: Page) =>
  editorOf(page).evaluate((root) => {
    const caret = root.querySelector('.peer-caret');
    const block = caret?.closest('.rich-text > *');
    if (!caret || !block) return null;
    const range = document.createRange();
    range.setStart(block, 0);
    range.setEndBefore(caret);
    return range.toString();
  });

type Held = { holdMessages(): void; heldMessages(): number; releaseMessages(): void };

/** Runs in the page before it loads: what the server sends can be held back and let in at a chosen moment. */
function holdMessages(): void {
  let held: (() => void)[] | null = null;
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    override set onmessage(listener: ((this: WebSocket, event: MessageEvent) => unknown) | null) {
      super.onmessage = (event) => {
        const deliver = () => listener?.call(this, event);
        if (held) held.push(deliver);
        else deliver();
      };
    }
  };
  const control: Held = {
    holdMessages: () => (held = []),
    heldMessages: () => held?.length ?? 0,
    releaseMessages: () => {
      const waiting = held ?? [];
      held = null;
      for (const deliver of waiting) deliver();
    },
  };
  Object.assign(window, control);
}
