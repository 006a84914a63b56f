import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureText, parseEuros, parseFigure, parseHours } from './figures.ts';

describe('parseEuros', () => {
  it.each([
    ['', null],
    ['   ', null],
    ['0', 0],
    ['12', 1200],
    ['1 200,50', 120_050],
    ['1\u00a0200,50', 120_050],
    ['1\u202f200.5', 120_050],
    ["1'200", 120_000],
    ['1.200', 120_000],
    ['1,200', 120_000],
    ['1.200.000', 120_000_000],
    ['1.200,50', 120_050],
    ['1,200.50', 120_050],
    ['12,5', 1250],
    ['0,125', 13],
    ['€ 45 000', 4_500_000],
    ['45000 EUR', 4_500_000],
    ['45 000,00 €', 4_500_000],
    [',5', 50],
    ['19,99', 1999],
  ])('reads "%s" as %s cents', (text, cents) => {
    expect(parseEuros(text, 'lv')).toEqual({ ok: true, value: cents });
  });

  it('takes a comma for thousands in English, and refuses a point that may be either', () => {
    expect(parseEuros('1,250', 'en')).toEqual({ ok: true, value: 125_000 });
    expect(parseEuros('1,250.50', 'en')).toEqual({ ok: true, value: 125_050 });
    expect(parseEuros('1.250', 'en')).toEqual({ ok: false, reason: 'not-a-number' });
    expect(parseEuros('1.25', 'en')).toEqual({ ok: true, value: 125 });
    expect(parseEuros('1.250.000', 'en')).toEqual({ ok: true, value: 125_000_000 });
    expect(parseEuros('1.250,50', 'en')).toEqual({ ok: true, value: 125_050 });
  });

  it.each([
    ['abc', 'not-a-number'],
    ['12 grozi', 'not-a-number'],
    ['1,2,3', 'not-a-number'],
    ['1.20.000', 'not-a-number'],
    ['1,200.50,3', 'not-a-number'],
    ['.', 'not-a-number'],
    ['-5', 'negative'],
    ['−5', 'negative'],
    ['99999999999', 'too-large'],
    ['1e5', 'not-a-number'],
  ])('says what is wrong with "%s"', (text, reason) => {
    expect(parseEuros(text, 'lv')).toEqual({ ok: false, reason });
  });

  it('reads back what it shows, in both languages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), fc.constantFrom('lv', 'en'), (cents, locale) => {
        const text = figureText(cents / 100, locale, { least: 2, most: 2 });
        expect(parseEuros(text, locale)).toEqual({ ok: true, value: cents });
      }),
    );
  });
});

describe('parseFigure', () => {
  it('takes a comma for decimal in Latvian and for thousands in English', () => {
    expect(parseFigure('1,200', 'lv')).toEqual({ ok: true, value: 1.2 });
    expect(parseFigure('1,200', 'en')).toEqual({ ok: true, value: 1200 });
    expect(parseFigure('1,25', 'en')).toEqual({ ok: true, value: 1.25 });
    expect(parseFigure('1.200', 'lv')).toEqual({ ok: true, value: 1.2 });
  });

  it('takes negative figures and refuses what is no number', () => {
    expect(parseFigure('-3,5', 'lv')).toEqual({ ok: true, value: -3.5 });
    expect(parseFigure('daudz', 'lv')).toEqual({ ok: false, reason: 'not-a-number' });
    expect(parseFigure('9'.repeat(20), 'lv')).toEqual({ ok: false, reason: 'too-large' });
  });

  it('reads back what it shows, in both languages', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom('lv', 'en'), (thousandths, locale) => {
        const value = thousandths / 1000;
        const text = figureText(value, locale, { least: 0, most: 3 });
        expect(parseFigure(text, locale)).toEqual({ ok: true, value: value === 0 ? expect.closeTo(0) : value });
      }),
    );
  });
});

describe('parseHours', () => {
  it('reads hours and refuses negative ones', () => {
    expect(parseHours('60,5 h', 'lv')).toEqual({ ok: true, value: 60.5 });
    expect(parseHours('120 st.', 'lv')).toEqual({ ok: true, value: 120 });
    expect(parseHours('-1', 'lv')).toEqual({ ok: false, reason: 'negative' });
    expect(parseHours('9999999', 'lv')).toEqual({ ok: false, reason: 'too-large' });
  });
});

describe('figureText', () => {
  it('writes the locale’s decimal sign and sets thousands apart as it does', () => {
    expect(figureText(1200.5, 'lv', { least: 2, most: 2 })).toBe('1 200,50');
    expect(figureText(45000, 'lv', { least: 2, most: 2 })).toBe('45 000');
    expect(figureText(45000.5, 'en', { least: 2, most: 2 })).toBe('45,000.50');
    expect(figureText(null, 'lv', { least: 2, most: 2 })).toBe('');
  });
});
