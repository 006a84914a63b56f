import { getLocale } from './paraglide/runtime.js';

type Locale = ReturnType<typeof getLocale>;

const collators = new Map<Locale, Intl.Collator>();

/** The order of names in the language on screen. */
export function byName(a: { name: string }, b: { name: string }, locale: Locale = getLocale()): number {
  const collator = collators.get(locale) ?? new Intl.Collator(locale);
  collators.set(locale, collator);
  return collator.compare(a.name, b.name);
}
