import { expect, test } from 'vitest';
import { safeNext } from './guard.server.ts';

test.each([
  null,
  '',
  'account',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/./\\evil.example',
  '/a/..//evil.example',
  'https://evil.example',
  'javascript:alert(1)',
])('%j leads nowhere else', (next) => {
  expect(safeNext(next)).toBe('/');
});

test.each(['/account', '/w/novads/plan/2025?by=status#action', '/w/a//b', '/%2F/evil.example'])(
  '%s is gone on to',
  (next) => {
    expect(safeNext(next)).toBe(next);
  },
);
