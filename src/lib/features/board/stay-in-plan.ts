import { beforeNavigate } from '$app/navigation';
import { online } from 'svelte/reactivity/window';
import type { NavigationTarget } from '@sveltejs/kit';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import { toast } from '#lib/ui/toasts.svelte.ts';

/**
 * Keeps the plan on the screen, and says why, where another page would take something away. Without network no other page
 * can be fetched, and the error page in its place would take the plan away; the board and its actions need nothing from
 * the server, between them the way is free. And what was neither sent nor kept by the browser goes with the plan. Leaving
 * the app is the browser's own question. To be called while the plan's component is made.
 * @param prepared whether an action opens without network
 */
export function stayInPlan(session: PlanSession, prepared: () => boolean): void {
  beforeNavigate((navigation) => {
    if (navigation.willUnload) return;
    const reason = reasonToStay(session, navigation, prepared());
    if (reason === null) return;
    navigation.cancel();
    toast(reason, { kind: 'danger', holds: () => online.current === false || session.connection.state !== 'live' });
  });
}

type Way = { from: NavigationTarget | null; to: NavigationTarget | null };

function reasonToStay({ connection, editable }: PlanSession, way: Way, prepared: boolean): string | null {
  const offline = !navigator.onLine || connection.state === 'offline';
  const isOpening = isAction(way.to) && !isAction(way.from);
  if (isWithin('/plan/[year]/(board)', way) && (prepared || !offline || !isOpening)) return null;
  if (offline) return editable ? m.collab_offline_stay() : m.collab_offline_stay_read();
  // What is on its way over a live connection still arrives, and is confirmed, when the plan has been left.
  const unsafe = connection.waiting > 0 && connection.storage !== 'kept' && connection.state !== 'live';
  if (!unsafe || isWithin('/plan/[year]', way)) return null;
  return connection.state === 'connecting' ? m.collab_unsafe_wait() : m.collab_unsafe_stay();
}

const isAction = (target: NavigationTarget | null) => target?.params?.action !== undefined;

/** Whether the way leads from a part of a plan to the same part of the same plan. */
function isWithin(part: string, { from, to }: Way): boolean {
  const isInPart = [from, to].every((target) => target?.route.id?.includes(part));
  return isInPart && from?.params?.workspace === to?.params?.workspace && from?.params?.year === to?.params?.year;
}
