import { SvelteMap } from 'svelte/reactivity';

export type Toast = {
  id: number;
  text: string;
  kind: 'info' | 'danger';
  action?: ToastAction;
  /** Whether what it says still is so. Reactive: the message goes when it is not. */
  holds?: () => boolean;
};

/** A button in a message. `possible` is reactive: the message goes when it can no longer be done. */
export type ToastAction = { label: string; run: () => void; possible?: () => boolean };

const SHOWN_FOR = { info: 6000, danger: 12_000 };
const toasts = new SvelteMap<number, Toast>();
let last = 0;

/** What is on screen now: one message at most. */
export function shownToasts(): Toast[] {
  return [...toasts.values()];
}

/** Says something briefly at the edge of the screen; it is read out too. One at a time: a newer one takes its place. */
export function toast(text: string, options: Partial<Pick<Toast, 'kind' | 'action' | 'holds'>> = {}): void {
  const id = ++last;
  toasts.clear();
  toasts.set(id, { id, text, kind: 'info', ...options });
}

export function closeToast(id: number): void {
  toasts.delete(id);
}

/** How long a toast stays, in milliseconds, while nobody points at it. */
export function toastTime(kind: Toast['kind']): number {
  return SHOWN_FOR[kind];
}
