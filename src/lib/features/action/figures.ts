import { MOST } from '#domain/plan/schema.ts';

/** What somebody typed, read as a number. `value` null: the field was left empty. */
export type Parsed =
  { ok: true; value: number | null } | { ok: false; reason: 'not-a-number' | 'negative' | 'too-large' };

/** The plan takes any figure; one beyond this does not keep every digit that was typed. */
const MOST_FIGURE = 1e15;

/**
 * An amount in euro as people write it ("1 200,50", "1.200", "€ 12"), as integer cents. Three digits behind a single
 * separator are thousands: nobody writes tenths of a cent. In English a point there may be meant either way.
 */
export function parseEuros(text: string, locale: string): Parsed {
  const parsed = parseDigits(text.replace(/€|eur\b/giu, ''), locale === 'en' ? 'comma-groups-only' : 'grouping');
  if (!parsed.ok || parsed.value === null) return parsed;
  if (parsed.value < 0) return { ok: false, reason: 'negative' };
  const cents = Math.round(parsed.value * 100);
  return cents > MOST.cents ? { ok: false, reason: 'too-large' } : { ok: true, value: cents };
}

/** Hours of volunteer work, not negative. */
export function parseHours(text: string, locale: string): Parsed {
  const parsed = parseFigure(text.replace(/h$|st\.?$/iu, ''), locale);
  if (!parsed.ok || parsed.value === null) return parsed;
  if (parsed.value < 0) return { ok: false, reason: 'negative' };
  return parsed.value > MOST.hours ? { ok: false, reason: 'too-large' } : parsed;
}

/** A figure of an indicator. In Latvian a comma is decimal, in English "1,200" is one thousand two hundred. */
export function parseFigure(text: string, locale: string): Parsed {
  const parsed = parseDigits(text, locale === 'en' ? 'comma-groups' : 'decimal');
  if (!parsed.ok || parsed.value === null) return parsed;
  return Math.abs(parsed.value) > MOST_FIGURE ? { ok: false, reason: 'too-large' } : parsed;
}

/** The value of a number field as text to edit: the locale's signs, where it sets thousands apart by a space a plain one. */
export function figureText(value: number | null, locale: string, digits: { least: number; most: number }): string {
  if (value === null) return '';
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: Number.isInteger(value) ? 0 : digits.least,
    maximumFractionDigits: digits.most,
    useGrouping: true,
  });
  return format
    .formatToParts(value)
    .map((part) =>
      part.type === 'group' ? part.value.replace(/\s/u, ' ') : part.type === 'minusSign' ? '-' : part.value,
    )
    .join('');
}

/**
 * How one separator with three digits behind it is read: always thousands, always decimal, or by which sign it is. `only`:
 * a comma is thousands and a point is refused.
 */
type Ambiguous = 'grouping' | 'decimal' | 'comma-groups' | 'comma-groups-only';

function parseDigits(text: string, ambiguous: Ambiguous): Parsed {
  const plain = text.replace(/[\s\u00a0\u202f'’]/gu, '').replace(/^[−–]/u, '-');
  if (plain === '') return { ok: true, value: null };
  if (!/^[-+]?[\d.,]*\d[\d.,]*$/u.test(plain)) return { ok: false, reason: 'not-a-number' };
  const normal = decimalPoint(plain, ambiguous);
  return normal === null ? { ok: false, reason: 'not-a-number' } : { ok: true, value: Number(normal) };
}

function decimalPoint(text: string, ambiguous: Ambiguous): string | null {
  const separators = [...text].filter((character) => character === ',' || character === '.');
  const last = separators.at(-1);
  if (last === undefined) return text;
  const kinds = new Set(separators);
  if (kinds.size === 1 && separators.length > 1) return grouped(text, last);
  if (kinds.size === 2) {
    // "1.200,50": the last sign is decimal, and it stands once.
    if (separators.filter((character) => character === last).length > 1) return null;
    const at = text.lastIndexOf(last);
    const whole = grouped(text.slice(0, at), last === ',' ? '.' : ',');
    return whole === null ? null : `${whole}.${text.slice(at + 1)}`;
  }
  const thousands = /^[-+]?[1-9]\d{0,2}[.,]\d{3}$/u.test(text);
  if (thousands && ambiguous === 'comma-groups-only' && last === '.') return null;
  const groups = ambiguous === 'grouping' || (ambiguous !== 'decimal' && last === ',');
  return thousands && groups ? text.replace(last, '') : text.replace(last, '.');
}

function grouped(text: string, sign: string): string | null {
  const [first = '', ...rest] = text.split(sign);
  if (!/^[-+]?\d{1,3}$/u.test(first) || rest.some((group) => !/^\d{3}$/u.test(group))) return null;
  return first + rest.join('');
}
