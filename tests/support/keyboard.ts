import { expect, type Locator, type Page } from '@playwright/test';

/** So many stops, and no page has that many, mean that something cannot be reached. */
const MOST_STOPS = 250;

/**
 * Goes on with Tab until `target` has the focus. Each stop on the way has to be on screen, uncovered, and has to show that it
 * has the focus.
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
  const element = document.activeElement;
  // Behind the last stop comes the browser's own frame.
  if (!element || element === document.body) return null;
  const name = `${element.outerHTML.slice(0, 200)} in ${element.parentElement?.className}`;
  // It may still be scrolling or fading in.
  for (let frames = 0; frames < 60; frames++) {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const [x, y] = [
      (Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
      (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2,
    ];
    const isOnScreen = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
    const there = isOnScreen ? document.elementFromPoint(x, y) : null;
    if (there && (element.contains(there) || there.contains(element) || there.closest('label'))) break;
    if (frames === 59) return `cannot be seen: ${name}, at ${x},${y} there is ${there?.outerHTML.slice(0, 80)}`;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const outlined = (at: Element, pseudo?: string) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(at, pseudo);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
  };
  // A card shows the focus of the link in its title.
  const card = element.closest('article');
  const shows =
    outlined(element) || outlined(element, '::after') || [element.parentElement, card].some((at) => at && outlined(at));
  return shows ? null : `does not show that it has the focus: ${name}`;
}
