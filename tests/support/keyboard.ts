import { expect, type Locator, type Page } from '@playwright/test';

/** So many stops, and no page has that many, mean that something cannot be reached. */
const MOST_STOPS = 250;

/**
 * Goes on with Tab until `target` has the focus. Each stop on the way has to be on screen, uncovered, and has to show
 * that it has the focus.
 */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    await page.keyboard.press(key);
    expect(await page.evaluate(faultOfStop)).toBeNull();
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${String(target)}`);
}

/** Runs in the page: what is wrong with where the focus is; null: nothing. */
async function faultOfStop(): Promise<string | null> {
  const isSeen = (element: Element): boolean => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return false;
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
    const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
    const there = document.elementFromPoint(x, y);
    return there !== null && (element.contains(there) || there.contains(element) || there.closest('label') !== null);
  };
  const isOutlined = (element: Element | null, pseudo?: string): boolean => {
    if (!element) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(element, pseudo);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
  };
  const element = document.activeElement;
  // Behind the last stop comes the browser's own frame.
  if (!element || element === document.body) return null;
  // It may still be scrolling or fading in.
  for (let frames = 0; frames < 60 && !isSeen(element); frames++) await new Promise(requestAnimationFrame);
  if (!isSeen(element)) return `cannot be seen: ${element.outerHTML.slice(0, 200)}`;
  // A rich text is framed together with its toolbar; a card shows the focus of the link in its title.
  const frame = element.closest('.editable');
  if (frame && getComputedStyle(frame).boxShadow !== 'none') return null;
  const around = [element.parentElement, element.closest('article')];
  if (isOutlined(element) || isOutlined(element, '::after') || around.some((each) => isOutlined(each))) return null;
  return `does not show that it has the focus: ${element.outerHTML.slice(0, 200)}`;
}
