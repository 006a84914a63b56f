import { expect, test } from 'vitest';
import { markClasses, markOf } from './author-mark.ts';

test('sixty people in a row get sixty different marks', () => {
  const marks = Array.from({ length: 60 }, (_, mark) => markClasses(mark));
  expect(new Set(marks).size).toBe(60);
});

test('neighbours differ in both hue and pattern', () => {
  for (let mark = 0; mark < 59; mark++) {
    const [a, b] = [markOf(mark), markOf(mark + 1)];
    expect(a.hue).not.toBe(b.hue);
    if (b.hue !== 0) expect(a.pattern).not.toBe(b.pattern);
  }
});
