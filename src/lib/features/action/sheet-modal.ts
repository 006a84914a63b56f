const PHONE = '(max-width: 719px)';

/**
 * An attachment: on a phone, where the sheet covers everything, the rest of the page cannot be reached by keyboard or
 * screen reader. What says things aloud stays. On wider screens the board beside the sheet stays in use.
 */
export function modalOnPhones(sheet: HTMLElement): () => void {
  const query = matchMedia(PHONE);
  let covered: HTMLElement[] = [];

  const release = () => {
    for (const element of covered) element.inert = false;
    covered = [];
    sheet.removeAttribute('aria-modal');
  };
  const update = () => {
    release();
    if (!query.matches) return;
    sheet.setAttribute('aria-modal', 'true');
    covered = besides(sheet);
    for (const element of covered) element.inert = true;
  };
  update();
  query.addEventListener('change', update);
  return () => {
    query.removeEventListener('change', update);
    release();
  };
}

/** Everything on the page that neither holds the element nor stands inside it. */
function besides(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let at = element; at !== document.body && at.parentElement; at = at.parentElement) {
    for (const sibling of at.parentElement.children) {
      if (sibling === at || !(sibling instanceof HTMLElement) || sibling.inert) continue;
      if (!sibling.matches('[role=status], [role=alert], [aria-live], script, style')) found.push(sibling);
    }
  }
  return found;
}
