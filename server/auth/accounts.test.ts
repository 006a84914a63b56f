import { expect, test, vi } from 'vitest';
import { openPeople } from '#tests/support/people.ts';

// Password hashing is slow on purpose, and these tests do a lot of it.
vi.setConfig({ testTimeout: 60_000 });

const password = 'zaļš bebrs 7';
const address = '192.0.2.1';

async function withAnna() {
  const context = openPeople();
  const anna = await context.people.accounts.create({ email: 'anna@example.lv', name: 'Anna', password });
  return { ...context, accounts: context.people.accounts, anna };
}

test('signing in with the right password', async () => {
  const { accounts, anna } = await withAnna();
  expect(await accounts.signIn({ email: 'anna@example.lv', password, address })).toEqual({ ok: true, personId: anna });
});

test('the answer does not tell an unknown e-mail from a wrong password', async () => {
  const { accounts } = await withAnna();
  const wrong = await accounts.signIn({ email: 'anna@example.lv', password: 'no', address });
  const unknown = await accounts.signIn({ email: 'nobody@example.lv', password: 'no', address });
  expect(wrong).toEqual({ ok: false, reason: 'wrong' });
  expect(unknown).toEqual(wrong);
});

test('an e-mail belongs to one account', async () => {
  const { accounts } = await withAnna();
  await expect(accounts.create({ email: 'anna@example.lv', name: 'Other', password })).rejects.toMatchObject({
    code: 'email-taken',
  });
});

test('after too many attempts on one account nobody gets in, right password or not, known e-mail or not', async () => {
  const { accounts, pass, now } = await withAnna();
  for (const email of ['anna@example.lv', 'nobody@example.lv']) {
    // From changing addresses, so that only the account is counted.
    const attempts = Array.from({ length: 8 }, (_, i) => ({ email, password: 'no', address: `198.51.100.${i}` }));
    await Promise.all(attempts.map((attempt) => accounts.signIn(attempt)));
    expect(await accounts.signIn({ email, password, address: '203.0.113.1' })).toEqual({
      ok: false,
      reason: 'later',
      at: now() + 15 * 60_000,
    });
  }
  pass(15 * 60_000);
  expect(await accounts.signIn({ email: 'anna@example.lv', password, address })).toMatchObject({ ok: true });
});

test('after too many attempts from one address it has to wait, and others do not', async () => {
  const { accounts } = await withAnna();
  const attempts = Array.from({ length: 40 }, (_, i) => ({ email: `p${i}@example.lv`, password: 'no', address }));
  await Promise.all(attempts.map((attempt) => accounts.signIn(attempt)));
  const anna = { email: 'anna@example.lv', password };
  expect(await accounts.signIn({ ...anna, address })).toMatchObject({ ok: false, reason: 'later' });
  expect(await accounts.signIn({ ...anna, address: '192.0.2.2' })).toMatchObject({ ok: true });
});

test('people who sign in rightly are never counted out', async () => {
  const { accounts } = await withAnna();
  for (let i = 0; i < 12; i++)
    expect(await accounts.signIn({ email: 'anna@example.lv', password, address })).toMatchObject({ ok: true });
});

test('changing the password needs the present one', async () => {
  const { accounts } = await withAnna();
  const change = { email: 'anna@example.lv', password: 'jauna parole 1', address };
  expect(await accounts.changePassword({ ...change, present: 'no' })).toEqual({ ok: false, reason: 'wrong' });
  expect(await accounts.changePassword({ ...change, present: password })).toMatchObject({ ok: true });
  expect(await accounts.signIn({ email: change.email, password, address })).toMatchObject({ ok: false });
  expect(await accounts.signIn({ ...change, password: 'jauna parole 1' })).toMatchObject({ ok: true });
});
