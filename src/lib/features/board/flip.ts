/**
 * Where things are on screen, by the value of their `data-flip`. To be set on what `content-visibility` skips, not on
 * what is in it: to measure that, the browser has to lay out what nobody sees.
 */
export type Positions = Map<string, DOMRect>;

const DURATION_MS = 190;

export function positions(container: HTMLElement): Positions {
  const found: Positions = new Map();
  for (const element of container.querySelectorAll<HTMLElement>('[data-flip]'))
    found.set(element.dataset.flip ?? '', element.getBoundingClientRect());
  return found;
}

/** Lets everything that moved glide from where it was to where it is now. Nothing moves for those who asked for it. */
export function glide(container: HTMLElement, before: Positions): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const view = container.getBoundingClientRect();
  const seen = (rect: DOMRect) =>
    rect.bottom > view.top && rect.top < view.bottom && rect.right > view.left && rect.left < view.right;
  const moved: { element: HTMLElement; x: number; y: number }[] = [];
  for (const element of container.querySelectorAll<HTMLElement>('[data-flip]')) {
    const from = before.get(element.dataset.flip ?? '');
    if (!from) continue;
    const to = element.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if ((x !== 0 || y !== 0) && (seen(from) || seen(to))) moved.push({ element, x, y });
  }
  // Only after all have been measured: an animation that starts makes the browser compute the styles anew.
  for (const { element, x, y } of moved) {
    element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], {
      duration: DURATION_MS,
      easing: 'cubic-bezier(0.2, 0, 0, 1)',
    });
  }
}
