import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

type Variants = { declarations: string[]; selectors: string[]; match: Record<string, string> }[];
type Messages = Record<string, string | Variants>;

const folder = path.join(import.meta.dirname, 'messages');
const files = readdirSync(path.join(folder, 'lv'));
const read = (locale: string, file: string) =>
  JSON.parse(readFileSync(path.join(folder, locale, file), 'utf8')) as Messages;
const texts = (message: string | Variants) =>
  typeof message === 'string' ? [message] : message.flatMap((variant) => Object.values(variant.match));
const parameters = (message: string | Variants) =>
  [...new Set(texts(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1])))].sort();

describe.each(files)('the messages of %s', (file) => {
  const lv = read('lv', file);
  const en = read('en', file);

  test('exist in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(lv).sort());
  });

  test('take the same parameters in both languages', () => {
    for (const [key, message] of Object.entries(lv))
      expect([key, parameters(en[key] ?? '')]).toEqual([key, parameters(message)]);
  });

  test('are never empty', () => {
    for (const message of [...Object.values(lv), ...Object.values(en)])
      for (const text of texts(message)) expect(text.trim()).not.toBe('');
  });

  test('have every Latvian plural form where they have one', () => {
    for (const [key, message] of Object.entries(lv)) {
      if (typeof message === 'string') continue;
      for (const { selectors, match } of message) {
        for (const selector of selectors.filter((name) => /plural/i.test(name))) {
          const forms = Object.keys(match).flatMap((keys) =>
            [...keys.matchAll(new RegExp(`${selector}=([\\w*]+)`, 'g'))].map((m) => m[1]),
          );
          expect([key, [...new Set(forms)].sort()]).toEqual([key, ['one', 'other', 'zero']]);
        }
      }
    }
  });
});
