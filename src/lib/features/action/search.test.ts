import { expect, it } from 'vitest';
import { matches } from './search.ts';

it.each([
  ['Ķekavas novada pašvaldība', 'kekava pasv', true],
  ['Ķekavas novada pašvaldība', 'ĶEKAVA', true],
  ['Partnerība "Daugavkrasts"', 'krasts part', true],
  ['Partnerība "Daugavkrasts"', '', true],
  ['Partnerība "Daugavkrasts"', 'jaunsila', false],
])('finds in "%s" by "%s": %s', (name, query, found) => expect(matches(name, query)).toBe(found));
