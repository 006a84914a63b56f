/** Scrolls so that a card is in sight where it lies, or where it will when it has glided there. */
export function scrollToCard(item: HTMLElement): void {
  const glides = item.getAnimations().map((glide) => ({ glide, time: glide.currentTime }));
  for (const { glide } of glides) glide.currentTime = glide.effect?.getComputedTiming().endTime ?? null;
  item.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  for (const { glide, time } of glides) glide.currentTime = time;
}

/** Scrolls the board so that a card is in sight and no column is cut off at the left. */
export function showCard(card: HTMLElement): void {
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const column = card.closest<HTMLElement>('section');
  if (column) showColumn(column);
}

/** Whether a column of the board is cut off at the side. */
export function isCutOff(column: HTMLElement): boolean {
  const view = column.parentElement?.getBoundingClientRect();
  const { left, right } = column.getBoundingClientRect();
  return view !== undefined && (left < view.left || right > view.right);
}

/** Scrolls the board so that a column is in sight, and none is cut off at the left. */
export function showColumn(column: HTMLElement): void {
  const board = column.parentElement;
  if (!board || board.scrollWidth <= board.clientWidth) return;
  const { paddingLeft } = getComputedStyle(board);
  const starts = [...board.children].map((child) =>
    child instanceof HTMLElement ? child.offsetLeft - board.offsetLeft : 0,
  );
  const start = column.offsetLeft - board.offsetLeft;
  const end = start + column.offsetWidth;
  // The first column that leaves room for the card's own.
  const first = starts.find((at) => at >= board.scrollLeft && at <= start && end - at <= board.clientWidth) ?? start;
  board.scrollLeft = first <= parseFloat(paddingLeft) ? 0 : first - EDGE_PX;
}

/** Of the gap between two columns, so that a card's frame is not cut. */
const EDGE_PX = 6;
