import { beforeNavigate } from '$app/navigation';
import type { NavigationTarget } from '@sveltejs/kit';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';
import { m } from '#lib/i18n/paraglide/messages.js';
import { toast } from '#lib/ui/toasts.svelte.ts';

/**
 * Without network no other page can be fetched, and the error page in its place would take the plan away. So the plan
 * stays and says why. The board and its actions need nothing from the server: between them the way is free.
 * To be called while the plan's component is made.
 */
export function stayWithoutNetwork(session: PlanSession): void {
  beforeNavigate((navigation) => {
    if (navigation.willUnload || (navigator.onLine && session.connection.state !== 'offline')) return;
    if (isBoard(navigation.from) && isBoard(navigation.to) && sameBoard(navigation.from, navigation.to)) return;
    navigation.cancel();
    toast(session.editable ? m.collab_offline_stay() : m.collab_offline_stay_read(), { kind: 'danger' });
  });
}

const isBoard = (target: NavigationTarget | null): target is NavigationTarget =>
  target?.route.id?.includes('/(board)') ?? false;

const sameBoard = (from: NavigationTarget, to: NavigationTarget): boolean =>
  from.params?.workspace === to.params?.workspace && from.params?.year === to.params?.year;
