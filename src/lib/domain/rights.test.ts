import { expect, test } from 'vitest';
import { allows, RIGHTS, ROLES, type Right } from './rights.ts';

// The table of rights, written down a second time, so that a slip in one of them shows.
const EXPECTED: Record<Right, string> = {
  'plan:read': 'coordinator editor evaluator observer',
  'plan:write': 'coordinator editor',
  'plan:create': 'coordinator',
  'authorship:read': 'coordinator editor evaluator observer',
  'members:read': 'coordinator editor evaluator observer',
  'members:manage': 'coordinator',
};

test.each(Object.keys(RIGHTS) as Right[])('%s', (right) => {
  expect(ROLES.filter((role) => allows(role, right)).join(' ')).toBe(EXPECTED[right]);
  expect(allows(null, right)).toBe(false);
});
