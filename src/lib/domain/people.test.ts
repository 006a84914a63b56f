import * as v from 'valibot';
import { expect, it } from 'vitest';
import { nameKey, NameInput } from './people.ts';

it('a name is what can be seen of it', () => {
  expect(v.parse(NameInput, '  Anna\t Kalniņa\u200b\u0000 ')).toBe('Anna Kalniņa');
  expect(v.parse(NameInput, '\u202eanrA')).toBe('anrA');
  for (const nothing of ['', ' ', '\u200b', '\u0000', '\u2066\u2069', '\ufeff']) {
    expect(v.safeParse(NameInput, nothing).issues?.[0].message, JSON.stringify(nothing)).toBe('name_missing');
  }
});

it.each([
  ['Aija\u034f Krūze', 'a character that joins letters'],
  ['Aija\ufe0f Krūze', 'a variation selector'],
  ['Aija\u{e0041} Krūze', 'a tag'],
  ['Aija\u2800 Kru\u0304ze', 'an empty pattern and a mark apart from its letter'],
  ['Aija Kru\u034f\u0304ze', 'something unseen between a letter and its mark'],
])('a name is stored in one form: %j, with %s', (name) => {
  expect(v.parse(NameInput, name)).toBe('Aija Krūze');
  expect(nameKey(name)).toBe(nameKey('aija krūze'));
});

it.each(['\u3164', '\u2800', '\u115f\u1160', '\u034f', '\u0304', '—', '. .'])(
  'nobody is called %j: there is no letter to be seen',
  (name) => {
    expect(v.safeParse(NameInput, name).issues?.[0].message).toBe('name_missing');
  },
);

it.each(['Ķekavas novads', '3D', '24/7', '李', 'Jānis & Anna — "Daugavkrasts"'])('%j is a name', (name) => {
  expect(v.parse(NameInput, name)).toBe(name);
});
