import { preloadCode } from '$app/navigation';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';
import { loadEditor } from '#lib/editor/load-editor.ts';

/** How long a plan is open and live before anything is fetched that it does not need yet. */
const AFTER_MS = 1500;

/**
 * Fetches what an action is made of, its text included, so that it opens without network too.
 * To be called while the plan's component is made.
 * @param action the address of any action
 * @returns whether it is there
 */
export function prepareActions(session: PlanSession, action: () => string): () => boolean {
  let there = $state(false);
  const fetchAll = () =>
    Promise.all([preloadCode(action()), loadEditor()]).then(
      () => (there = true),
      // The next time that the plan is live it is tried again; an action that is opened fetches it, too.
      () => {},
    );
  $effect(() => {
    if (there || session.connection.state !== 'live') return;
    const timer = setTimeout(() => whenIdle(() => void fetchAll()), AFTER_MS);
    return () => clearTimeout(timer);
  });
  return () => there;
}

/** Older Safari cannot tell when it is idle. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run);
  else run();
}
