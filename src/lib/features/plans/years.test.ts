import { expect, test } from 'vitest';
import { planYears } from './years.ts';

const spring = new Date(2025, 3, 1);
const autumn = new Date(2025, 8, 1);

test('a first plan is for this year, in autumn for the next one', () => {
  expect(planYears([], spring)).toEqual({ choices: [2024, 2025, 2026, 2027], usual: 2025 });
  expect(planYears([], autumn)).toMatchObject({ usual: 2026 });
});

test('a year that has a plan is not offered again; the next one without is meant', () => {
  expect(planYears([2025], spring)).toEqual({ choices: [2024, 2026, 2027], usual: 2026 });
  expect(planYears([2026, 2027], autumn)).toEqual({ choices: [2024, 2025], usual: 2025 });
});

test('those who have plans are asked first for the year that lacks one, from this year on', () => {
  expect(planYears([2024], autumn)).toEqual({ choices: [2025, 2026, 2027], usual: 2025 });
  expect(planYears([2024, 2025, 2027], autumn)).toEqual({ choices: [2026], usual: 2026 });
});

test('where all years near by have a plan there is nothing to choose', () => {
  expect(planYears([2024, 2025, 2026, 2027], spring)).toEqual({ choices: [], usual: null });
});
