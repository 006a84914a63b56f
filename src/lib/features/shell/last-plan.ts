import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';

export type PlanPlace = { workspace: string; year: number };

/** What tells the server which plan was open last in this browser. */
export const LAST_PLAN_COOKIE = 'kopplans-plan';

const YEAR_S = 365 * 86_400;

/** The plan that was open last in this tab, by workspace, the newest last: ways from other pages lead back to it. */
const inThisTab = new SvelteMap<string, number>();

/** A plan is open in this tab. */
export function rememberPlan({ workspace, year }: PlanPlace): void {
  untrack(() => {
    if (lastPlan()?.workspace !== workspace) inThisTab.delete(workspace);
    inThisTab.set(workspace, year);
  });
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${LAST_PLAN_COOKIE}=${encodeURIComponent(`${workspace}/${year}`)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

/** The plan that was open last in this tab, if there was one. */
export function lastPlan(): PlanPlace | undefined {
  const last = [...inThisTab].at(-1);
  return last && { workspace: last[0], year: last[1] };
}

/** The year of the plan of a workspace that was open last in this tab. */
export function lastYear(workspace: string): number | undefined {
  return inThisTab.get(workspace);
}
