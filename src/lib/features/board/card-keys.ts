import type { PlanBoard } from './plan-board.svelte.ts';

const ARROWS: Record<string, 'up' | 'down' | 'left' | 'right'> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** Keys on a card: Space picks up and puts down, arrows move what is picked up or go to the next card, Esc gives up. */
export function onCardKey(event: KeyboardEvent, board: PlanBoard, id: string, focus: (id: string) => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const carrying = board.carry?.by === 'keyboard' && board.carry.id === id;
  const arrow = ARROWS[event.key];
  if (event.key === ' ' && board.editable) {
    if (carrying) board.drop();
    else board.pickUp(id, 'keyboard');
  } else if (carrying && event.key === 'Enter') {
    board.drop();
  } else if (carrying && (event.key === 'Escape' || event.key === 'Tab')) {
    board.cancel();
    // Tab goes on to the next thing; Esc stays.
    if (event.key === 'Tab') return;
  } else if (arrow && carrying) {
    board.step(arrow);
  } else if (arrow) {
    const next = neighbour(board, id, arrow);
    if (next === null) return;
    event.preventDefault();
    focus(next);
    return;
  } else return;
  event.preventDefault();
  event.stopPropagation();
  focus(id);
}

/** The card beside another one, as it is shown. */
function neighbour(board: PlanBoard, id: string, direction: 'up' | 'down' | 'left' | 'right'): string | null {
  const spot = board.spotOf(id);
  const at = board.columns.findIndex((column) => column.key === spot?.column);
  if (!spot || at < 0) return null;
  if (direction === 'up' || direction === 'down') {
    return board.columns[at]?.actions[spot.index + (direction === 'up' ? -1 : 1)]?.id ?? null;
  }
  const step = direction === 'left' ? -1 : 1;
  for (let to = at + step; board.columns[to]; to += step) {
    const { actions } = board.columns[to] ?? { actions: [] };
    const card = actions[Math.min(spot.index, actions.length - 1)];
    if (card) return card.id;
  }
  return null;
}
