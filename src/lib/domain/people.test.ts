import * as v from 'valibot';
import { expect, it } from 'vitest';
import { NameInput } from './people.ts';

it('a name is what can be seen of it', () => {
  expect(v.parse(NameInput, '  Anna\t Kalniņa\u200b\u0000 ')).toBe('Anna Kalniņa');
  expect(v.parse(NameInput, '\u202eanrA')).toBe('anrA');
  for (const nothing of ['', ' ', '\u200b', '\u0000', '\u2066\u2069', '\ufeff']) {
    expect(v.safeParse(NameInput, nothing).issues?.[0].message, JSON.stringify(nothing)).toBe('name_missing');
  }
});
