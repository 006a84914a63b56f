import { expect, test } from 'vitest';
import { linkAddress } from './link-address.ts';

test.each([
  ['https://kekava.lv/plans', 'https://kekava.lv/plans'],
  [' kekava.lv ', 'https://kekava.lv'],
  ['kekava.lv:8080/plāns', 'https://kekava.lv:8080/plāns'],
  ['anna@example.org', 'mailto:anna@example.org'],
  ['mailto:anna@example.org', 'mailto:anna@example.org'],
  ['javascript:alert(1)', null],
  ['JavaScript:alert(1)//a.lv', null],
  ['data:text/html,x', null],
  ['file:///etc/passwd', null],
  ['vārds', null],
  ['divi vārdi.lv', null],
  ['', null],
])('%j leads to %j', (typed, address) => {
  expect(linkAddress(typed)).toBe(address);
});
