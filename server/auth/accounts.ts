import { eq } from 'drizzle-orm';
import { newId } from '#domain/ids.ts';
import { addressKey } from '../address.ts';
import type { Db } from '../db/client.ts';
import { person } from '../db/schema.ts';
import { write, type Orm } from '../db/write.ts';
import { Refused } from '../errors.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { RateLimit } from './rate-limit.ts';

/** `later`: too many attempts; `at` (ms since 1970) is when the next is possible. */
export type SignInResult = { ok: true; personId: string } | { ok: false; reason: 'wrong' } | TooMany;
type TooMany = { ok: false; reason: 'later'; at: number };

export type Accounts = ReturnType<typeof createAccounts>;

const WINDOW_MS = 15 * 60_000;
const ATTEMPTS_PER_ACCOUNT = 8;
const ATTEMPTS_PER_ADDRESS = 40;

/** People with their passwords. E-mails come in the form of `EmailInput`. */
export function createAccounts(db: Db, now: () => number) {
  const byAccount = new RateLimit({ attempts: ATTEMPTS_PER_ACCOUNT, windowMs: WINDOW_MS, now });
  const byAddress = new RateLimit({ attempts: ATTEMPTS_PER_ADDRESS, windowMs: WINDOW_MS, now });

  /** Counts an attempt before any hashing, so that parallel attempts count too. */
  function limited(email: string, address: string): TooMany | null {
    const at = byAddress.take(addressKey(address)) ?? byAccount.take(email);
    return at === null ? null : { ok: false, reason: 'later', at };
  }

  function succeeded(email: string, address: string): void {
    byAddress.giveBack(addressKey(address));
    byAccount.giveBack(email);
  }

  async function signIn(input: { email: string; password: string; address: string }): Promise<SignInResult> {
    const tooMany = limited(input.email, input.address);
    if (tooMany) return tooMany;
    const found = db.orm.select().from(person).where(eq(person.email, input.email)).get();
    if (!(await verifyPassword(input.password, found?.passwordHash ?? null)) || !found) {
      return { ok: false, reason: 'wrong' };
    }
    succeeded(input.email, input.address);
    return { ok: true, personId: found.id };
  }

  async function setPassword(personId: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await write(db, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, personId)).run());
  }

  return {
    /** The same answer, after the same time, whether the e-mail is unknown or the password wrong. */
    signIn,

    /** @throws Refused 'email-taken' */
    async create(input: { email: string; name: string; password: string | null }): Promise<string> {
      const passwordHash = input.password === null ? null : await hashPassword(input.password);
      return write(db, (tx) => insertPerson(tx, { ...input, passwordHash }, now()));
    },

    async rename(personId: string, name: string): Promise<void> {
      await write(db, (tx) => tx.update(person).set({ name }).where(eq(person.id, personId)).run());
    },

    /** Sets a new password after checking the present one. */
    async changePassword(input: {
      email: string;
      present: string;
      password: string;
      address: string;
    }): Promise<SignInResult> {
      const result = await signIn({ ...input, password: input.present });
      if (!result.ok) return result;
      await setPassword(result.personId, input.password);
      return result;
    },

    /** For whoever runs the server: asks no present password. */
    setPassword,

    async byEmail(email: string): Promise<{ id: string } | null> {
      return db.orm.select({ id: person.id }).from(person).where(eq(person.email, email)).get() ?? null;
    },
  };
}

export type NewPerson = { email: string; name: string; passwordHash: string | null };

/** @throws Refused 'email-taken' */
export function insertPerson(tx: Orm, { email, name, passwordHash }: NewPerson, at: number): string {
  const taken = tx.select({ id: person.id }).from(person).where(eq(person.email, email)).get();
  if (taken) throw new Refused('email-taken');
  const id = newId();
  tx.insert(person).values({ id, email, name, passwordHash, createdAt: at }).run();
  return id;
}
