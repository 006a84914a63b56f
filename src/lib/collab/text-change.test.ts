import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textChange } from './text-change.ts';

const apply = (before: string, change: ReturnType<typeof textChange>) =>
  change ? before.slice(0, change.index) + change.insert + before.slice(change.index + change.remove) : before;

describe('textChange', () => {
  it('takes the character before the caret as the new one among equal ones', () => {
    expect(textChange('aa', 'aaa', 1)).toEqual({ index: 0, remove: 0, insert: 'a' });
    expect(textChange('aa', 'aaa', 2)).toEqual({ index: 1, remove: 0, insert: 'a' });
    expect(textChange('aa', 'aaa', 3)).toEqual({ index: 2, remove: 0, insert: 'a' });
  });

  it('finds what was deleted', () => {
    expect(textChange('Kopienu forums', 'Kopienu', 7)).toEqual({ index: 7, remove: 7, insert: '' });
    expect(textChange('aaaa', 'aaa', 1)).toEqual({ index: 1, remove: 1, insert: '' });
  });

  it('is null when nothing changed', () => {
    expect(textChange('Forums', 'Forums', 3)).toBeNull();
  });

  it('never splits a surrogate pair', () => {
    expect(textChange('a😀b', 'a😃b', 3)).toEqual({ index: 1, remove: 2, insert: '😃' });
  });

  it('always makes the new text, for any caret', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😃', 'ķ'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, fc.nat(24), (before, after, caret) => {
        const change = textChange(before, after, caret);
        expect(apply(before, change)).toBe(after);
        if (!change) return;
        expect(change.insert.isWellFormed()).toBe(true);
        expect(before.slice(change.index, change.index + change.remove).isWellFormed()).toBe(true);
      }),
    );
  });
});
