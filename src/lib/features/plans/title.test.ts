import { expect, test } from 'vitest';
import { titleLike } from './title.ts';

test('a new plan is called as the newest one that names its year', () => {
  const plans = [
    { year: 2027, title: 'Mūsu lielais plāns' },
    { year: 2026, title: ' Sadarbības rīcības plāns 2026 ' },
    { year: 2025, title: 'Plan of 2025' },
  ];
  expect(titleLike(plans, 2028)).toBe('Sadarbības rīcības plāns 2028');
});

test('where no title names its year there is none to follow', () => {
  expect(titleLike([], 2026)).toBeNull();
  expect(titleLike([{ year: 2025, title: '' }], 2026)).toBeNull();
  expect(titleLike([{ year: 2025, title: 'Nr. 12025' }], 2026)).toBeNull();
});
