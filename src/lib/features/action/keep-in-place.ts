/**
 * Notes where what is written in, else what is seen first, stands on the screen.
 * @param body scrolls; its children stay while what is in them changes
 * @returns scrolls it there again, and takes the focus back when what had it has gone: to the heading that says why, if
 *   there is one
 */
export function keepInPlace(sheet: HTMLElement, body: HTMLElement): () => void {
  const edge = body.getBoundingClientRect().top;
  const focused = document.activeElement;
  const children = [...body.children];
  const child =
    children.find((one) => one.contains(focused)) ?? children.find((one) => one.getBoundingClientRect().bottom > edge);
  const before = child?.getBoundingClientRect().top;
  const hadFocus = sheet.contains(focused);
  return () => {
    if (hadFocus && !sheet.contains(document.activeElement)) {
      const heading = body.querySelector<HTMLElement>('h2[tabindex]');
      (heading ?? sheet).focus({ preventScroll: true });
    }
    if (child?.isConnected && before !== undefined) body.scrollTop += child.getBoundingClientRect().top - before;
  };
}
