import type { Cookies } from '@sveltejs/kit';
import { LAST_PLAN_COOKIE, type PlanPlace } from './last-plan.ts';

/** The plan that was open last in this browser. The cookie is the browser's: there may be no such plan. */
export function lastPlanOf(cookies: Cookies): PlanPlace | null {
  const [, workspace, year] = /^([^/]+)\/(\d{4})$/u.exec(cookies.get(LAST_PLAN_COOKIE) ?? '') ?? [];
  return workspace && year ? { workspace, year: Number(year) } : null;
}
