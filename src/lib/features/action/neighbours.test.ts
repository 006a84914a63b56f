import { expect, it } from 'vitest';
import { neighboursOf } from './neighbours.ts';

it('names who stands before and behind', () => {
  const order = ['a', 'b', 'c'];
  expect(neighboursOf('b', order)).toEqual({ previous: 'a', next: 'c' });
  expect(neighboursOf('a', order)).toEqual({ previous: null, next: 'b' });
  expect(neighboursOf('c', order)).toEqual({ previous: 'b', next: null });
});

it('leads to the first where the action itself is filtered away', () => {
  expect(neighboursOf('x', ['a', 'b'])).toEqual({ previous: null, next: 'a' });
  expect(neighboursOf('x', [])).toEqual({ previous: null, next: null });
});
