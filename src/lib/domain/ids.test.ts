import { expect, test } from 'vitest';
import { newId } from './ids.ts';

test('an id can stand in an address and in a command, and is nobody else’s', () => {
  const ids = Array.from({ length: 1000 }, newId);
  for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
});
