const EDGE_PX = 72;
const SPEED_PX = 18;

/** Scrolls an element while something is dragged near its edges. Returns functions to steer it. */
export function autoScroll(element: HTMLElement): { at(x: number, y: number): void; stop(): void } {
  let pointer: { x: number; y: number } | null = null;
  let frame = 0;

  const step = () => {
    if (!pointer) return;
    const box = element.getBoundingClientRect();
    element.scrollBy(
      speed(pointer.x, box.left, box.right, element.scrollWidth > element.clientWidth),
      speed(pointer.y, box.top, box.bottom, element.scrollHeight > element.clientHeight),
    );
    frame = requestAnimationFrame(step);
  };
  return {
    at(x, y) {
      if (!pointer) frame = requestAnimationFrame(step);
      pointer = { x, y };
    },
    stop() {
      pointer = null;
      cancelAnimationFrame(frame);
    },
  };
}

/** Pixels a frame: none in the middle, more the nearer the edge. */
function speed(at: number, low: number, high: number, scrolls: boolean): number {
  if (!scrolls || at < low - EDGE_PX || at > high + EDGE_PX) return 0;
  if (at < low + EDGE_PX) return -SPEED_PX * Math.min(1, (low + EDGE_PX - at) / EDGE_PX);
  if (at > high - EDGE_PX) return SPEED_PX * Math.min(1, (at - high + EDGE_PX) / EDGE_PX);
  return 0;
}
