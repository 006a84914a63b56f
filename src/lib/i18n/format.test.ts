import { describe, expect, test } from 'vitest';
import { formatAgo, formatDate, formatMoney, formatNumber, formatPercent, formatPeriod } from './format.ts';

/** Spaces of all kinds as plain ones, so that expectations can be read. */
const plain = (text: string | null) => text?.replace(/[\u00a0\u202f\u2009]/gu, ' ');

describe('in Latvian', () => {
  test('money is grouped and shows cents only where there are any', () => {
    expect(plain(formatMoney(1_250_000, 'lv'))).toBe('12 500 €');
    expect(plain(formatMoney(120_000, 'lv'))).toBe('1 200 €');
    expect(plain(formatMoney(289, 'lv'))).toBe('2,89 €');
    expect(plain(formatMoney(50, 'lv'))).toBe('0,50 €');
    expect(plain(formatMoney(0, 'lv'))).toBe('0 €');
  });

  test('numbers have a decimal comma', () => {
    expect(plain(formatNumber(1234.567, 2, 'lv'))).toBe('1 234,57');
  });

  test('a percentage has a space before its sign', () => {
    expect(plain(formatPercent(0.414, 0, 'lv'))).toBe('41 %');
    expect(plain(formatPercent(0.0015, 2, 'lv'))).toBe('0,15 %');
  });

  test('dates', () => {
    expect(formatDate('2025-03-03', 'lv')).toBe('2025. gada 3. marts');
  });

  test('how long ago', () => {
    const ago = (minutes: number) => formatAgo(0, minutes * 60_000, 'lv');
    expect(ago(-1)).toBeNull();
    expect(ago(9)).toBeNull();
    expect(ago(15)).toBe('pirms 15 minūtēm');
    expect(ago(21)).toBe('pirms 21 minūtes');
    expect(ago(119)).toBe('pirms 1 stundas');
    expect(ago(3 * 1440)).toBe('pirms 3 dienām');
  });

  test('periods name months, and the year where it differs', () => {
    expect(plain(formatPeriod('2025-01-15', '2025-12-15', {}, 'lv'))).toBe('janv. – dec.');
    expect(plain(formatPeriod('2025-03-01', '2025-03-31', {}, 'lv'))).toBe('marts');
    expect(plain(formatPeriod('2025-11-01', '2026-03-31', {}, 'lv'))).toBe('2025. gada nov. – 2026. gada marts');
    expect(plain(formatPeriod('2024-11-01', '2024-12-31', { year: 2025 }, 'lv'))).toBe('2024. gada nov. – dec.');
    expect(plain(formatPeriod('2025-02-15', '2025-11-30', { style: 'long' }, 'lv'))).toBe(
      '2025. gada 15. febr. – 30. nov.',
    );
  });

  test('a period with one end, with none, and the wrong way round', () => {
    expect(formatPeriod('2025-02-15', null, {}, 'lv')).toBe('no febr.');
    expect(formatPeriod('2025-03-15', null, {}, 'lv')).toBe('no marta');
    expect(formatPeriod(null, '2025-05-15', {}, 'lv')).toBe('līdz maijam');
    expect(formatPeriod(null, '2025-02-15', {}, 'lv')).toBe('līdz febr.');
    expect(formatPeriod(null, null, {}, 'lv')).toBeNull();
    expect(formatPeriod('2025-05-01', '2025-02-01', {}, 'lv')).toBe('maijs – febr.');
  });
});

test('in English', () => {
  expect(formatMoney(1_250_000, 'en')).toBe('€12,500');
  expect(formatPercent(0.41, 0, 'en')).toBe('41%');
  expect(formatDate('2025-03-03', 'en')).toBe('3 March 2025');
  expect(formatAgo(0, 15 * 60_000, 'en')).toBe('15 minutes ago');
  expect(plain(formatPeriod('2025-01-15', '2025-12-15', {}, 'en'))).toBe('Jan – Dec');
  expect(formatPeriod(null, '2025-03-15', {}, 'en')).toBe('until Mar');
});
