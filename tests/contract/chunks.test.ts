import { expect, test } from 'vitest';
import { importCircle } from '../../scripts/fewer-chunks.ts';

const files = (imports: Record<string, readonly string[]>) => new Map(Object.entries(imports));

test('files that many pages share may be imported along several ways', () => {
  expect(importCircle(files({ board: ['shell', 'shared'], shell: ['shared'], shared: [] }))).toBeUndefined();
});

test('files that import each other in a circle are found, with the way around', () => {
  expect(importCircle(files({ page: ['a'], a: ['b', 'c'], b: [], c: ['d'], d: ['a'] }))).toEqual(['a', 'c', 'd', 'a']);
});

test('a file that imports itself is a circle', () => {
  expect(importCircle(files({ page: ['page'] }))).toEqual(['page', 'page']);
});
