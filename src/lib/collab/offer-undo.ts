import { m } from '#lib/i18n/paraglide/messages.js';
import { toast } from '#lib/ui/toasts.svelte.ts';
import type { Step } from './history.svelte.ts';
import type { PlanSession } from './plan-session.svelte.ts';

/**
 * Says what was done and offers to take it back, as long as that can be: not when it was taken back otherwise, nor on
 * another page than the plan's, where nothing is written.
 * @param stillSo reactive; false when somebody else has undone it
 */
export function offerUndo(session: PlanSession, text: string, step: Step, stillSo: () => boolean = () => true): void {
  const possible = () => !session.stopped && session.editable && step.stands && stillSo();
  toast(text, { action: { label: m.undo(), run: step.takeBack, possible } });
}
