import type { Locale } from '#lib/i18n/paraglide/runtime.js';

/** Languages in their own words. */
export const LANGUAGES = [
  { code: 'lv', name: 'Latviešu' },
  { code: 'en', name: 'English' },
] as const satisfies readonly { code: Locale; name: string }[];

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
