import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.ts';

test('a password belongs to its hash and to no other', async () => {
  const stored = await hashPassword('zaļš bebrs 7');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword('zaļš bebrs 7', stored)).toBe(true);
  expect(await verifyPassword('zaļš bebrs 8', stored)).toBe(false);
  expect(await verifyPassword('', stored)).toBe(false);
});

test('the same password is stored differently each time', async () => {
  expect(await hashPassword('zaļš bebrs 7')).not.toBe(await hashPassword('zaļš bebrs 7'));
});

test('letters with marks match however the keyboard composes them', async () => {
  const stored = await hashPassword('zaļš bebrs 7'.normalize('NFD'));
  expect(await verifyPassword('zaļš bebrs 7'.normalize('NFC'), stored)).toBe(true);
});

test('parameters are those stored with the hash', async () => {
  // Made with m=8, t=1, p=1 by the same library: cheaper than today's cost, and still valid.
  const { argon2Sync } = await import('node:crypto');
  const salt = Buffer.alloc(16, 1);
  const hash = argon2Sync('argon2id', {
    message: 'old password',
    nonce: salt,
    memory: 8,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  });
  const stored = `$argon2id$v=19$m=8,t=1,p=1$${salt.toString('base64url')}$${hash.toString('base64url')}`;
  expect(await verifyPassword('old password', stored)).toBe(true);
});

test('nobody has no password, not even an empty one', async () => {
  expect(await verifyPassword('', null)).toBe(false);
  expect(await verifyPassword('anything', null)).toBe(false);
});
