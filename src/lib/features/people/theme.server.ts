import type { Cookies } from '@sveltejs/kit';
import { THEMES, type Theme } from './preferences.ts';

/** The theme that this browser chose. The cookie is the browser's: only known values reach the page. */
export function themeOf(cookies: Cookies): Theme {
  const chosen = cookies.get('kopplans-theme');
  return THEMES.find((known) => known === chosen) ?? 'system';
}
