import { and, eq, gt, lte, ne } from 'drizzle-orm';
import { generateIdFromEntropySize, Lucia, TimeSpan, type Adapter, type Cookie, type DatabaseSession } from 'lucia';
import { newId } from '#domain/ids.ts';
import type { Db } from '../db/client.ts';
import { person, session } from '../db/schema.ts';
import { isBusy, write } from '../db/write.ts';
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
type SessionAttributes = { key: string; renewal: (typeof session.$inferSelect)['renewal'] };

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

export type Sessions = ReturnType<typeof createSessions>;

/** Sessions of signed-in people. `secure`: the public address is https. */
export function createSessions(db: Db, secure: boolean, now: () => number) {
  const lucia = createLucia(db, secure, now);

  function cookieOf(cookie: Cookie): SessionCookie {
    return { name: cookie.name, value: cookie.value, attributes: { ...cookie.attributes, path: '/' } };
  }

  async function start(personId: string, key = newId()): Promise<SessionCookie> {
    const made = await lucia.createSession(personId, { key, renewal: 'none' });
    return cookieOf(lucia.createSessionCookie(made.id));
  }

  return {
    /** Signs a person in: the cookie of a new session. */
    start: (personId: string) => start(personId),

    /** Whoever a Cookie header belongs to; null without a valid session. */
    async read(cookieHeader: string | null | undefined): Promise<SignedIn | null> {
      const token = readToken(lucia, cookieHeader);
      if (!token) return null;
      const { session: found, user } = await lucia.validateSession(token);
      if (!found) return null;
      return {
        person: { id: user.id, name: user.name, email: user.email },
        key: found.key,
        token,
        renew: found.renewal === 'due',
        cookie: found.fresh && found.renewal !== 'done' ? cookieOf(lucia.createSessionCookie(token)) : null,
      };
    },

    /** Whether a session is still valid: for connections that stay open. */
    async isLive(key: string): Promise<boolean> {
      const row = db.orm
        .select({ id: session.id })
        .from(session)
        .where(and(eq(session.key, key), gt(session.expiresAt, now())))
        .get();
      return row !== undefined;
    },

    /**
     * A new token for the same browser; the old one is of no use a minute later. Null while another process writes:
     * the next page asks again.
     */
    async replace(signedIn: SignedIn): Promise<SessionCookie | null> {
      const { person, key, token: old } = signedIn;
      const token = generateIdFromEntropySize(25);
      const row = { id: hashToken(token), personId: person.id, key, createdAt: now() };
      const ends = { renewal: 'done', expiresAt: now() + GRACE_MS } as const;
      const replaced = sooner(() =>
        db.orm.transaction(
          (tx) => {
            tx.insert(session)
              .values({ ...row, renewal: 'none', expiresAt: now() + LIFETIME.milliseconds() })
              .run();
            tx.update(session)
              .set(ends)
              .where(eq(session.id, hashToken(old)))
              .run();
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

    /** Signs this browser out. */
    async end(key: string): Promise<void> {
      await write(db, (tx) => tx.delete(session).where(eq(session.key, key)).run());
    },

    /** Signs a person out everywhere else, and gives this browser a new token at once. */
    async restart(signedIn: SignedIn): Promise<SessionCookie> {
      await write(db, (tx) => tx.delete(session).where(eq(session.personId, signedIn.person.id)).run());
      return start(signedIn.person.id, signedIn.key);
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
    getSessionAttributes: ({ key, renewal }) => ({ key, renewal }),
  });
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
    attributes: { key: row.key, renewal: row.renewal },
  });
  return {
    async getSessionAndUser(token) {
      const row = db.orm
        .select()
        .from(session)
        .innerJoin(person, eq(person.id, session.personId))
        .where(eq(session.id, hashToken(token)))
        .get();
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
        createdAt: now(),
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
 * Upkeep that comes with reading: a page must not fail or wait for it, the next page does it as well. Whether it could
 * be done.
 */
function sooner(upkeep: () => unknown): boolean {
  try {
    upkeep();
    return true;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return false;
  }
}
