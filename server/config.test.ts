import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ConfigError, limitVariable, readConfig } from './config.ts';
import { DEFAULT_LIMITS, type Limits } from './documents/limits.ts';

const read = (env: Record<string, string>) => readConfig({ ORIGIN: 'https://plans.example.lv', ...env });
const keys = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];

test('without a word about them the limits are the usual ones', () => {
  expect(read({}).limits).toEqual(DEFAULT_LIMITS);
  expect(read({ LIMIT_CONNECTIONS_PER_PERSON: '' }).limits).toEqual(DEFAULT_LIMITS);
});

test.each(keys)('%s can be set', (key) => {
  const value = DEFAULT_LIMITS[key] - 1;
  const env = { [limitVariable('updateBytes')]: '1000', [limitVariable(key)]: String(value) };
  expect(read(env).limits[key]).toBe(value);
});

test.each([
  ['LIMIT_CONNECTIONS_PER_PERSON', 'many', 'LIMIT_CONNECTIONS_PER_PERSON is "many": expected a whole number from 1 to'],
  ['LIMIT_CONNECTIONS_PER_PERSON', '0', 'LIMIT_CONNECTIONS_PER_PERSON is "0": expected'],
  ['LIMIT_CONNECTIONS_PER_PERSON', '1e3', 'LIMIT_CONNECTIONS_PER_PERSON is "1e3": expected'],
  ['LIMIT_CLOCK', '2147483648', 'LIMIT_CLOCK is "2147483648": expected a whole number from 1 to 2147483647'],
  ['LIMIT_NESTING', '101', 'LIMIT_NESTING is "101": expected a whole number from 1 to 100'],
  ['LIMIT_PEOPLE', '3', 'LIMIT_PEOPLE is unknown: docs/limits.md lists the limits'],
  ['LIMIT_BYTE_BURST', '1000', 'LIMIT_BYTE_BURST is 1000: expected at least 8388672'],
  ['LIMIT_PENDING_BYTES', '1000', 'LIMIT_PENDING_BYTES is 1000: expected at least 8388672'],
  ['LIMIT_UPDATE_BYTES', '100000000', 'LIMIT_BYTE_BURST is 33554432: expected at least 100000064'],
  ['METRICS_TOKEN', 'short', 'METRICS_TOKEN is too short or has blanks: expected 16 or more'],
  ['METRICS_TOKEN', 'long enough, but words', 'METRICS_TOKEN is too short or has blanks'],
  ['SMTP_URL', 'smtp://mail.example.lv', 'MAIL_FROM is missing: set it to the sender'],
  ['MAIL_FROM', 'kopplans@example.lv', 'SMTP_URL is missing: MAIL_FROM alone sends no mail'],
  ['XFF_DEPTH', '-1', 'XFF_DEPTH is "-1": expected a whole number from 1 to 100'],
])('%s=%s is refused in one line of plain words', (name, value, words) => {
  expect(() => read({ [name]: value })).toThrow(ConfigError);
  expect(() => read({ [name]: value })).toThrow(words);
  expect(() => read({ [name]: value })).not.toThrow(/\n/);
});

test('docs/limits.md lists every limit with its default', () => {
  const page = readFileSync(new URL('../docs/limits.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `(LIMIT_\w+)` +\| *([\d ]+?) *\|/gm)].map(([, name, value]) => [
    name,
    Number(value?.replaceAll(' ', '')),
  ]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(keys.map((key) => [limitVariable(key), DEFAULT_LIMITS[key]])),
  );
});

test('mail: where it goes out, as whom, and from whom', () => {
  const mail = (SMTP_URL: string, MAIL_FROM = 'kopplans@example.lv') => read({ SMTP_URL, MAIL_FROM }).mail;
  const from = { name: '', address: 'kopplans@example.lv' };
  expect(read({}).mail).toBeNull();
  expect(mail('smtps://anna:p%40ss@mail.example.lv')).toEqual({
    host: 'mail.example.lv',
    port: 465,
    secure: true,
    auth: { user: 'anna', pass: 'p@ss' },
    from,
  });
  expect(mail('smtp://[::1]:2525/')).toEqual({ host: '::1', port: 2525, secure: false, auth: null, from });
  expect(mail('smtp://mail.example.lv')).toMatchObject({ port: 587 });
  expect(mail('smtp://x', 'Kopplāns <Kopplans@example.lv>')?.from).toEqual({ ...from, name: 'Kopplāns' });
  expect(mail('smtp://x', '"Plans, all" <kopplans@example.lv>')?.from).toEqual({ ...from, name: 'Plans, all' });
});

test.each(['mail.example.lv', 'http://mail.example.lv', 'smtp://', 'smtp://x/?pool=1', 'smtp://u:secret%@x'])(
  'SMTP_URL=%s is refused without saying what is in it',
  (SMTP_URL) => {
    const wrong = () => read({ SMTP_URL, MAIL_FROM: 'kopplans@example.lv' });
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(/^SMTP_URL is not understood/);
    expect(wrong).not.toThrow(/secret/);
  },
);

test.each(['kopplans', 'Kopplāns <kopplans>', 'a@b.lv, c@d.lv'])('MAIL_FROM=%s is refused', (MAIL_FROM) => {
  expect(() => read({ SMTP_URL: 'smtp://x', MAIL_FROM })).toThrow(`MAIL_FROM is "${MAIL_FROM}": expected an address`);
});

test('the demo without an address of its own sends no mail', () => {
  const env = { DEMO: '1', SMTP_URL: 'smtp://x', MAIL_FROM: 'kopplans@example.lv' };
  expect(readConfig(env).mail).toBeNull();
});
