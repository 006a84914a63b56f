import { and, desc, eq, gt, lte, max, min, ne, sql } from 'drizzle-orm';
import { generateIdFromEntropySize, Lucia, TimeSpan, type Adapter, type Cookie, type DatabaseSession } from 'lucia';
import { browserFromText, browserToText, type Browser } from '#domain/browser.ts';
import { newId } from '#domain/ids.ts';
import type { SessionView } from '#domain/people.ts';
import type { Db } from '../db/client.ts';
import { person, session } from '../db/schema.ts';
import { isBusy, write, type Orm } from '../db/write.ts';
import { hashToken } from './tokens.ts';

// The only file that knows lucia (docs/decisions): it makes tokens, expiry and cookies; the rows are ours.

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>;
    DatabaseUserAttributes: PersonAttributes;
    DatabaseSessionAttributes: SessionAttributes;
  }
}
type PersonAttributes = { name: string; email: string };
type SessionAttributes = Pick<typeof session.$inferSelect, 'key' | 'renewal' | 'browser' | 'createdAt' | 'lastUsedAt'>;

export type Person = { id: string; name: string; email: string };
export type SessionCookie = { name: string; value: string; attributes: Cookie['attributes'] & { path: string } };
/** A signed-in browser. `key` names it and stays when its token is replaced. */
export type SignedIn = {
  person: Person;
  key: string;
  token: string;
  /** Rights changed since the token was made: replace it. */
  renew: boolean;
  /** To be sent again, since the session was prolonged. */
  cookie: SessionCookie | null;
};

const LIFETIME = new TimeSpan(30, 'd');
/** Requests that are under way with the old token still pass. */
const GRACE_MS = 60_000;
/** How exactly it is known when a session was last used: not every page may cost a write. */
const LAST_USED_MS = 5 * 60_000;
const UNKNOWN_BROWSER: Browser = { name: null, device: null };

export type Sessions = ReturnType<typeof createSessions>;

/** Sessions of signed-in people. `secure`: the public address is https. */
export function createSessions(db: Db, secure: boolean, now: () => number) {
  const lucia = createLucia(db, secure, now);

  function cookieOf(cookie: Cookie): SessionCookie {
    return { name: cookie.name, value: cookie.value, attributes: { ...cookie.attributes, path: '/' } };
  }

  async function make(personId: string, attributes: Omit<SessionAttributes, 'renewal'>): Promise<SessionCookie> {
    const made = await lucia.createSession(personId, { ...attributes, renewal: 'none' });
    return cookieOf(lucia.createSessionCookie(made.id));
  }

  /** Notes that a session is in use, now and then. */
  function used(key: string, lastUsedAt: number): void {
    const at = now();
    if (lastUsedAt > at - LAST_USED_MS) return;
    sooner(() => db.orm.update(session).set({ lastUsedAt: at }).where(eq(session.key, key)).run());
  }

  // Asked for each page and each open socket, as in the adapter: made once.
  const liveByKey = db.orm
    .select({ lastUsedAt: session.lastUsedAt })
    .from(session)
    .where(and(eq(session.key, sql.placeholder('key')), gt(session.expiresAt, sql.placeholder('now'))))
    .prepare();

  const ofPerson = (personId: string) => eq(session.personId, personId);
  const lives = () => and(ne(session.renewal, 'done'), gt(session.expiresAt, now()));

  return {
    /** Signs a person in: the cookie of a new session. */
    async start(personId: string, browser: Browser = UNKNOWN_BROWSER): Promise<SessionCookie> {
      const at = now();
      return make(personId, { key: newId(), browser: browserToText(browser), createdAt: at, lastUsedAt: at });
    },

    /** Where a person is signed in, the one used last first. `key` is the session that asks. */
    async list(personId: string, key: string): Promise<SessionView[]> {
      const lastUsedAt = max(session.lastUsedAt);
      return (
        db.orm
          .select({ id: session.key, browser: session.browser, since: min(session.createdAt), lastUsedAt })
          .from(session)
          .where(and(ofPerson(personId), lives()))
          // Two pages at once may both have replaced a token: one browser all the same.
          .groupBy(session.key)
          .orderBy(desc(eq(session.key, key)), desc(lastUsedAt))
          .all()
          .map(({ id, browser, since, lastUsedAt }) => ({
            id,
            browser: browserFromText(browser),
            since: since ?? 0,
            lastUsedAt: Math.max(since ?? 0, lastUsedAt ?? 0),
            here: id === key,
          }))
      );
    },

    /** Whoever a Cookie header belongs to; null without a valid session. */
    async read(cookieHeader: string | null | undefined): Promise<SignedIn | null> {
      const token = readToken(lucia, cookieHeader);
      if (!token) return null;
      const { session: found, user } = await lucia.validateSession(token);
      if (!found) return null;
      used(found.key, found.lastUsedAt);
      return {
        person: { id: user.id, name: user.name, email: user.email },
        key: found.key,
        token,
        renew: found.renewal === 'due',
        cookie: found.fresh && found.renewal !== 'done' ? cookieOf(lucia.createSessionCookie(token)) : null,
      };
    },

    /** Whether a session is still valid: for connections that stay open, and are a use of it. */
    async isLive(key: string): Promise<boolean> {
      const row = liveByKey.get({ key, now: now() });
      if (row) used(key, row.lastUsedAt);
      return row !== undefined;
    },

    /**
     * A new token for the same browser; the old one is of no use a minute later. Null while another process writes:
     * the next page asks again.
     */
    async replace(signedIn: SignedIn): Promise<SessionCookie | null> {
      const { person, key, token: old } = signedIn;
      const token = generateIdFromEntropySize(25);
      const ends = { renewal: 'done', expiresAt: now() + GRACE_MS } as const;
      const replaced = sooner(() =>
        db.orm.transaction(
          (tx) => {
            const same = whatStays(tx, old);
            // Signed out meanwhile: a new token would bring the session back.
            if (!same) return false;
            const row = { id: hashToken(token), personId: person.id, key, ...same };
            tx.insert(session)
              .values({ ...row, renewal: 'none', expiresAt: now() + LIFETIME.milliseconds() })
              .run();
            tx.update(session)
              .set(ends)
              .where(eq(session.id, hashToken(old)))
              .run();
            return true;
          },
          { behavior: 'immediate' },
        ),
      );
      return replaced ? cookieOf(lucia.createSessionCookie(token)) : null;
    },

    /** Somebody's rights changed: each of their browsers gets a new token with its next page. */
    async renewAll(personId: string): Promise<void> {
      const replaceable = and(eq(session.personId, personId), ne(session.renewal, 'done'));
      await write(db, (tx) => tx.update(session).set({ renewal: 'due' }).where(replaceable).run());
    },

    /** Signs a person out of one browser. False when they were not signed in there. */
    end: (personId: string, key: string): Promise<boolean> =>
      write(db, (tx) => {
        const { changes } = tx
          .delete(session)
          .where(and(ofPerson(personId), eq(session.key, key)))
          .run();
        return changes > 0;
      }),

    /** Signs a person out everywhere but here. */
    async endOthers({ person, key }: SignedIn): Promise<void> {
      const others = and(ofPerson(person.id), ne(session.key, key));
      await write(db, (tx) => tx.delete(session).where(others).run());
    },

    /** Signs a person out everywhere else, and gives this browser a new token at once. */
    async restart({ person, key, token }: SignedIn): Promise<SessionCookie> {
      const at = now();
      const same = await write(db, (tx) => {
        const before = whatStays(tx, token);
        tx.delete(session).where(ofPerson(person.id)).run();
        return before;
      });
      const { browser, createdAt } = same ?? { browser: '', createdAt: at };
      return make(person.id, { key, browser, createdAt, lastUsedAt: at });
    },

    /** Signs a person out everywhere. */
    endAll: (personId: string) => lucia.invalidateUserSessions(personId),

    /** What to set so that the browser forgets its session. */
    blankCookie: () => cookieOf(lucia.createBlankSessionCookie()),

    /** Removes rows that are of no use any more. */
    deleteExpired: () => lucia.deleteExpiredSessions(),
  };
}

function createLucia(db: Db, secure: boolean, now: () => number) {
  return new Lucia(adapter(db, now), {
    sessionExpiresIn: LIFETIME,
    sessionCookie: {
      name: secure ? '__Host-kopplans-session' : 'kopplans-session',
      attributes: { secure, sameSite: 'lax', path: '/' },
    },
    getUserAttributes: ({ name, email }) => ({ name, email }),
    getSessionAttributes: (attributes) => attributes,
  });
}

function attributesOf({
  key,
  renewal,
  browser,
  createdAt,
  lastUsedAt,
}: typeof session.$inferSelect): SessionAttributes {
  return { key, renewal, browser, createdAt, lastUsedAt };
}

/** What of a session stays when its token is replaced. */
function whatStays(
  tx: Orm,
  token: string,
): Pick<SessionAttributes, 'browser' | 'createdAt' | 'lastUsedAt'> | undefined {
  const { browser, createdAt, lastUsedAt } = session;
  return tx
    .select({ browser, createdAt, lastUsedAt })
    .from(session)
    .where(eq(session.id, hashToken(token)))
    .get();
}

function readToken(
  lucia: Lucia<SessionAttributes, PersonAttributes>,
  header: string | null | undefined,
): string | null {
  if (!header) return null;
  try {
    return lucia.readSessionCookie(header);
  } catch {
    // A cookie of somebody else's making that is not even decodable.
    return null;
  }
}

/** Lucia's storage. Lucia sees tokens, the table sees their SHA-256 only. */
function adapter(db: Db, now: () => number): Adapter {
  const ofRow = (row: typeof session.$inferSelect, id: string): DatabaseSession => ({
    id,
    userId: row.personId,
    expiresAt: new Date(row.expiresAt),
    attributes: attributesOf(row),
  });
  const withPerson = db.orm
    .select()
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .where(eq(session.id, sql.placeholder('id')))
    .prepare();
  return {
    async getSessionAndUser(token) {
      const row = withPerson.get({ id: hashToken(token) });
      if (!row) return [null, null];
      const { id, name, email } = row.person;
      return [ofRow(row.session, token), { id, attributes: { name, email } }];
    },
    async getUserSessions(personId) {
      const rows = db.orm.select().from(session).where(eq(session.personId, personId)).all();
      return rows.map((row) => ofRow(row, row.id));
    },
    async setSession({ id, userId, expiresAt, attributes }) {
      const row = {
        id: hashToken(id),
        personId: userId,
        ...attributes,
        expiresAt: expiresAt.getTime(),
      };
      await write(db, (tx) => tx.insert(session).values(row).run());
    },
    async updateSessionExpiration(token, expiresAt) {
      // Lucia prolongs whatever is used; a replaced token must end nevertheless.
      const lasting = and(eq(session.id, hashToken(token)), ne(session.renewal, 'done'));
      sooner(() => db.orm.update(session).set({ expiresAt: expiresAt.getTime() }).where(lasting).run());
    },
    async deleteSession(token) {
      sooner(() =>
        db.orm
          .delete(session)
          .where(eq(session.id, hashToken(token)))
          .run(),
      );
    },
    async deleteUserSessions(personId) {
      await write(db, (tx) => tx.delete(session).where(eq(session.personId, personId)).run());
    },
    async deleteExpiredSessions() {
      await write(db, (tx) => tx.delete(session).where(lte(session.expiresAt, now())).run());
    },
  };
}

/**
 * Upkeep that comes with reading: a page must not fail or wait for it, the next page does it as well. What it resulted
 * in; false when it could not be done now.
 */
function sooner<T>(upkeep: () => T): T | false {
  try {
    return upkeep();
  } catch (error) {
    if (!isBusy(error)) throw error;
    return false;
  }
}
