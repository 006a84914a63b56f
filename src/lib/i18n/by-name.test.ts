import { expect, test } from 'vitest';
import { byName } from './by-name.ts';

test('names stand as the language on screen orders them', () => {
  const names = ['Cēsis', 'Čaklie', 'Dzērve', 'Anna', 'Ķekava', 'Kūlis'].map((name) => ({ name }));
  const order = (locale: 'lv' | 'en') => names.toSorted((a, b) => byName(a, b, locale)).map(({ name }) => name);
  expect(order('lv')).toEqual(['Anna', 'Cēsis', 'Čaklie', 'Dzērve', 'Kūlis', 'Ķekava']);
  expect(order('en')).toEqual(['Anna', 'Čaklie', 'Cēsis', 'Dzērve', 'Ķekava', 'Kūlis']);
});
