import { expect, it } from 'vitest';
import { yearToOpen } from './years.ts';

const plans = [{ year: 2024 }, { year: 2025 }, { year: 2027 }];

it("opens the plan that was open, else this year's, else the newest", () => {
  expect(yearToOpen(plans, 2024, 2025)).toBe(2024);
  expect(yearToOpen(plans, 2020, 2025)).toBe(2025);
  expect(yearToOpen(plans, undefined, 2026)).toBe(2027);
  expect(yearToOpen([], undefined, 2026)).toBeNull();
});
