import { expect, test } from 'vitest';
import { acceptsAttribute, isSafeLink } from './rich-text.ts';

test.each([
  ['bold', true, true],
  ['bold', null, true],
  ['bold', false, false],
  ['bold', 'yes', false],
  ['link', 'https://kekava.lv/plans?gads=2025', true],
  ['link', 'javascript:alert(1)', false],
  ['link', `https://kekava.lv/${'a'.repeat(3000)}`, false],
  ['block', 'heading1', true],
  ['block', 'heading3', false],
  ['indent', 5, true],
  ['indent', 0, false],
  ['indent', 6, false],
  ['indent', 1.5, false],
  ['color', 'red', false],
  ['__proto__', true, false],
  ['toString', null, false],
])('attribute %s = %j: %s', (name, value, accepted) => {
  expect(acceptsAttribute(name, value)).toBe(accepted);
});

test.each(['http://a.lv', 'https://a.lv/ķ', 'mailto:anna@example.org', 'HTTPS://A.LV'])(
  'link %s is safe',
  (address) => {
    expect(isSafeLink(address)).toBe(true);
  },
);

test.each(['javascript:alert(1)', ' https://a.lv', 'data:text/html,x', '//a.lv', 'java\nscript:x', 'https://', ''])(
  'link %j is refused',
  (address) => {
    expect(isSafeLink(address)).toBe(false);
  },
);
