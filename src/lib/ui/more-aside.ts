import type { Attachment } from 'svelte/attachments';

export type MoreAside = { left: boolean; right: boolean };

/** Less than this is no more than a rounded pixel. */
const SLACK_PX = 4;

/** For a box that scrolls sideways: tells whether there is more to the left and right of what is seen. */
export function moreAside(tell: (more: MoreAside) => void): Attachment<HTMLElement> {
  return (element) => {
    let told: MoreAside = { left: false, right: false };
    const update = () => {
      const left = element.scrollLeft > SLACK_PX;
      const right = element.scrollLeft + element.clientWidth < element.scrollWidth - SLACK_PX;
      if (left !== told.left || right !== told.right) tell((told = { left, right }));
    };
    const observer = new ResizeObserver(update);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  };
}
