import { expect, test } from 'vitest';
import type { ActionView } from '#domain/plan/read.ts';
import { fold, matcher } from './filter.ts';

const action: ActionView = {
  id: 'a',
  title: 'Ceturkšņa tikšanās pašvaldības vadībai',
  body: 'Četras tikšanās gadā, katru reizi citā apkaimē.',
  goal: null,
  order: 'a0',
  status: 'planned',
  horizon: null,
  starts: null,
  ends: null,
  responsible: ['kekava'],
  partners: ['mezinieki'],
  funding: [],
  indicators: [],
};

test('folding takes case and diacritics away', () => {
  expect(fold('ĀČĒĢĪĶĻŅŠŪŽ łódź')).toBe('acegiklnsuz lodz');
});

test.each([
  ['', null, true],
  ['tiksanas', null, true],
  ['APKAIMĒ ceturksna', null, true],
  ['forums', null, false],
  ['tikšanās forums', null, false],
  ['', 'kekava', true],
  ['', 'mezinieki', true],
  ['', 'daugmale', false],
  ['tiksanas', 'daugmale', false],
])('text "%s" and organisation %s: %s', (text, organisation, expected) => {
  expect(matcher({ text, organisation })(action)).toBe(expected);
});
