import { m } from './paraglide/messages.js';
import { getLocale } from './paraglide/runtime.js';

// Dates, numbers and money in the form of the locale on screen. Formatters are made once: making one costs more than
// hundreds of uses.

const TAGS = { lv: 'lv-LV', en: 'en-GB' } as const;
type Locale = keyof typeof TAGS;

const formatters = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function numbers(name: string, options: Intl.NumberFormatOptions, locale: Locale): Intl.NumberFormat {
  const key = `n:${name}:${locale}`;
  const known = formatters.get(key);
  if (known instanceof Intl.NumberFormat) return known;
  // Latvian groups from 10 000 up by itself; columns of money read better when 1 200 is grouped too.
  const made = new Intl.NumberFormat(TAGS[locale], { useGrouping: 'always', ...options });
  formatters.set(key, made);
  return made;
}

function dates(name: string, options: Intl.DateTimeFormatOptions, locale: Locale): Intl.DateTimeFormat {
  const key = `d:${name}:${locale}`;
  const known = formatters.get(key);
  if (known instanceof Intl.DateTimeFormat) return known;
  const made = new Intl.DateTimeFormat(TAGS[locale], options);
  formatters.set(key, made);
  return made;
}

function relative(locale: Locale): Intl.RelativeTimeFormat {
  const key = `r:${locale}`;
  const known = formatters.get(key);
  if (known instanceof Intl.RelativeTimeFormat) return known;
  const made = new Intl.RelativeTimeFormat(TAGS[locale]);
  formatters.set(key, made);
  return made;
}

/** Money, given in cents of a euro: "12 500 €", "2,89 €". */
export function formatMoney(cents: number, locale: Locale = getLocale()): string {
  return numbers('money', { style: 'currency', currency: 'EUR', trailingZeroDisplay: 'stripIfInteger' }, locale).format(
    cents / 100,
  );
}

/** A number with at most `digits` decimals (2 unless told). */
export function formatNumber(value: number, digits = 2, locale: Locale = getLocale()): string {
  return numbers(`number${digits}`, { maximumFractionDigits: digits }, locale).format(value);
}

/** A share between 0 and 1: "41 %". `digits` decimals, none unless told. */
export function formatPercent(share: number, digits = 0, locale: Locale = getLocale()): string {
  const number = numbers(`percent${digits}`, { maximumFractionDigits: digits }, locale).format(share * 100);
  // Latvian writing sets a space before the sign; the locale data of browsers does not.
  return locale === 'lv' ? `${number}\u00a0%` : `${number}%`;
}

/** A day, given as an ISO date: "2025. gada 3. marts". */
export function formatDate(isoDate: string, locale: Locale = getLocale()): string {
  return dates('date', { dateStyle: 'long', timeZone: 'UTC' }, locale).format(day(isoDate));
}

/** The time of day of a moment: "14:32". */
export function formatTime(moment: Date | number | string, locale: Locale = getLocale()): string {
  return dates('time', { timeStyle: 'short' }, locale).format(new Date(moment));
}

/** How long ago a moment was, roughly: "pirms 15 minūtēm", "pirms 3 dienām"; null for the last minutes. */
export function formatAgo(moment: number, now: number, locale: Locale = getLocale()): string | null {
  const minutes = Math.floor((now - moment) / 60_000);
  if (minutes < 10) return null;
  const words = relative(locale);
  if (minutes < 60) return words.format(-minutes, 'minute');
  if (minutes < 24 * 60) return words.format(-Math.floor(minutes / 60), 'hour');
  return words.format(-Math.floor(minutes / (24 * 60)), 'day');
}

/**
 * When something takes place, between two ISO dates of which either may be missing.
 * `short` names months ("janv. – dec."), with the year only where it is not `year`; `long` names days
 * ("2025. gada 15. febr. – 30. nov."). Null when both dates are missing.
 */
export function formatPeriod(
  starts: string | null,
  ends: string | null,
  { style = 'short', year }: { style?: 'short' | 'long'; year?: number } = {},
  locale: Locale = getLocale(),
): string | null {
  const from = starts ? day(starts) : null;
  const to = ends ? day(ends) : null;
  if (!from && !to) return null;
  const known = [from, to].filter((date) => date !== null);
  const withYear =
    style === 'long' || known.some((date) => date.getUTCFullYear() !== (year ?? known[0]?.getUTCFullYear()));
  const format =
    style === 'long'
      ? dates('day', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }, locale)
      : withYear
        ? dates('monthYear', { month: 'short', year: 'numeric', timeZone: 'UTC' }, locale)
        : dates('month', { month: 'short', timeZone: 'UTC' }, locale);
  if (from && to) {
    // Some locale data sets the dash tight in one form and spaced in another.
    if (from <= to) return format.formatRange(from, to).replace(/\s?–\s?/u, ' – ');
    return `${format.format(from)} – ${format.format(to)}`;
  }
  if (from) return m.period_from({ date: inCase(format.format(from), 'from', locale) }, { locale });
  return to ? m.period_until({ date: inCase(format.format(to), 'until', locale) }, { locale }) : null;
}

/** Latvian declines a month after "no" and "līdz"; all but two are abbreviated and look alike in every case. */
function inCase(date: string, after: 'from' | 'until', locale: Locale): string {
  if (locale !== 'lv') return date;
  return date.replace(/ts$/u, after === 'from' ? 'ta' : 'tam').replace(/js$/u, after === 'from' ? 'ja' : 'jam');
}

function day(isoDate: string): Date {
  return new Date(`${isoDate.slice(0, 10)}T00:00:00Z`);
}
