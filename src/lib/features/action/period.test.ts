import { describe, expect, it } from 'vitest';
import { isPlausibleDay, periodProblem } from './period.ts';

describe('isPlausibleDay', () => {
  it.each(['2025-02-15', '1990-01-01', '2100-12-31'])('takes %s', (day) => expect(isPlausibleDay(day)).toBe(true));
  it.each(['0002-02-15', '0202-02-15', '20255-02-15', ''])('waits for more than "%s"', (day) =>
    expect(isPlausibleDay(day)).toBe(false),
  );
});

describe('periodProblem', () => {
  it('says when the end lies before the start, and only then', () => {
    expect(periodProblem('2025-03-01', '2025-02-28')).toBe('ends-before-start');
    expect(periodProblem('2025-03-01', '2025-03-01')).toBeNull();
    expect(periodProblem(null, '2025-03-01')).toBeNull();
    expect(periodProblem('2025-03-01', null)).toBeNull();
  });
});
