import { m } from '#lib/i18n/paraglide/messages.js';

export type Language = 'lv' | 'en';

/** The messages of one language, called as the product calls them. */
export function wordsIn(locale: Language): typeof m {
  return new Proxy(m, {
    get: (all, key) => (inputs: never) => (all[key as keyof typeof m] as Say)(inputs ?? {}, { locale }),
  });
}
type Say = (inputs: object, options: { locale: Language }) => string;
