import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { m } from './paraglide/messages.js';

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

test.each([
  [m.actions_count, '0 rīcību', '1 rīcība', '2 rīcības', '11 rīcību', '21 rīcība'],
  [m.board_goals_count, '0 mērķu', '1 mērķis', '2 mērķi', '11 mērķu', '21 mērķis'],
  [m.board_co_authors_count, '0 līdzautoru', '1 līdzautors', '2 līdzautori', '11 līdzautoru', '21 līdzautors'],
  [m.sheet_characters, '0 rakstzīmju', '1 rakstzīme', '2 rakstzīmes', '11 rakstzīmju', '21 rakstzīme'],
  [m.people_count, '0 cilvēku', '1 cilvēks', '2 cilvēki', '11 cilvēku', '21 cilvēks'],
  [m.people_days, '0 dienas', '1 dienu', '2 dienas', '11 dienas', '21 dienu'],
])('Latvian counts %#', (message, ...words) => {
  expect([0, 1, 2, 11, 21].map((count) => message({ count }, { locale: 'lv' }))).toEqual(words);
});
