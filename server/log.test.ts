import { expect, test } from 'vitest';
import { withoutValues } from './log.ts';

test('an error in the log has its place and cause, and no values of the query', () => {
  const error = new Error('Failed query: insert into person values (?)\nparams: anna@example.lv', {
    cause: new TypeError('database is locked'),
  });
  const logged = withoutValues(error);
  expect(logged).toMatchObject({
    message: 'Failed query: insert into person values (?)',
    cause: { type: 'TypeError', message: 'database is locked' },
  });
  expect(logged.stack).toContain('log.test.ts');
  expect(JSON.stringify(logged)).not.toContain('anna');
});

test('whatever else is thrown is only named by its type', () => {
  expect(withoutValues('anna@example.lv')).toEqual({ type: 'string', message: '', stack: undefined });
});
