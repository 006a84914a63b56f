import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { session } from '../db/schema.ts';
import { openPeople, seedPerson, seedWorkspace } from '#tests/support/people.ts';
import type { SessionCookie } from './sessions.ts';

const header = ({ name, value }: SessionCookie) => `theme=dark; ${name}=${value}; other=1`;

async function signedIn(options = {}) {
  const context = openPeople(options);
  const personId = await seedPerson(context, 'anna@example.lv');
  const { sessions } = context.people;
  const cookie = await sessions.start(personId);
  return { ...context, sessions, personId, cookie };
}

test('a session cookie leads to its person', async () => {
  const { sessions, cookie, personId } = await signedIn();
  expect(await sessions.read(header(cookie))).toMatchObject({
    person: { id: personId, name: 'Anna Kalniņa', email: 'anna@example.lv' },
    renew: false,
    cookie: null,
  });
});

test('the table holds nothing that could be used as a cookie', async () => {
  const { db, sessions, cookie } = await signedIn();
  const rows = db.orm.select().from(session).all();
  expect(JSON.stringify(rows)).not.toContain(cookie.value);
  for (const row of rows) {
    expect(await sessions.read(`kopplans-session=${row.id}`)).toBeNull();
    expect(await sessions.read(`kopplans-session=${row.key}`)).toBeNull();
  }
});

test('over https the cookie is bound to the host, over http it has a plain name', async () => {
  const { cookie: plain } = await signedIn();
  expect(plain.name).toBe('kopplans-session');
  expect(plain.attributes).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: false, path: '/' });
  const { cookie, sessions } = await signedIn({ secure: true });
  expect(cookie.name).toBe('__Host-kopplans-session');
  expect(cookie.attributes).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' });
  expect(cookie.attributes.domain).toBeUndefined();
  expect(await sessions.read(`kopplans-session=${cookie.value}`)).toBeNull();
});

test.each([
  undefined,
  '',
  'kopplans-session=',
  'kopplans-session=%',
  'kopplans-session=abc',
  '=; ;;',
  'x'.repeat(9000),
])('a header of no use (%#) signs nobody in', async (value) => {
  const { sessions } = await signedIn();
  expect(await sessions.read(value)).toBeNull();
});

test('an expired session is none, and is removed', async () => {
  const { db, sessions, cookie } = await signedIn();
  db.orm
    .update(session)
    .set({ expiresAt: Date.now() - 1 })
    .run();
  expect(await sessions.read(header(cookie))).toBeNull();
  expect(db.orm.select().from(session).all()).toEqual([]);
});

test('a session in use is prolonged, and its cookie sent again', async () => {
  const { db, sessions, cookie } = await signedIn();
  db.orm
    .update(session)
    .set({ expiresAt: Date.now() + 86_400_000 })
    .run();
  const read = await sessions.read(header(cookie));
  expect(read?.cookie?.value).toBe(cookie.value);
  expect(db.orm.select().from(session).get()?.expiresAt).toBeGreaterThan(Date.now() + 29 * 86_400_000);
});

test('reading does not fail while another process writes', async () => {
  const { db, sessions, cookie } = await signedIn();
  db.orm
    .update(session)
    .set({ expiresAt: Date.now() + 86_400_000 })
    .run();
  const other = new Database(db.sqlite.name);
  other.exec('begin immediate');
  expect(await sessions.read(header(cookie))).not.toBeNull();
  const starting = sessions.start((await sessions.read(header(cookie)))?.person.id ?? '');
  other.exec('commit');
  other.close();
  expect(await sessions.read(header(await starting))).not.toBeNull();
});

test('a page does not wait for its new token while another process writes, the next page has it', async () => {
  const { db, sessions, cookie, personId } = await signedIn();
  await sessions.renewAll(personId);
  const due = await sessions.read(header(cookie));
  if (!due) throw new Error('no session');
  const other = new Database(db.sqlite.name);
  other.exec('begin immediate');
  expect(await sessions.replace(due)).toBeNull();
  expect(await sessions.read(header(cookie))).toMatchObject({ renew: true });
  other.exec('commit');
  other.close();
  expect(await sessions.replace(due)).not.toBeNull();
  expect(db.orm.select().from(session).all()).toHaveLength(2);
});

test('signing out ends this browser only', async () => {
  const { sessions, cookie, personId } = await signedIn();
  const other = await sessions.start(personId);
  const read = await sessions.read(header(cookie));
  expect(await sessions.end(personId, read?.key ?? '')).toBe(true);
  expect(await sessions.end(personId, read?.key ?? '')).toBe(false);
  expect(await sessions.read(header(cookie))).toBeNull();
  expect(await sessions.isLive(read?.key ?? '')).toBe(false);
  expect(await sessions.read(header(other))).not.toBeNull();
});

test('a replaced token stays valid for requests under way, and not for longer', async () => {
  const { sessions, cookie, pass } = await signedIn();
  const before = await sessions.read(header(cookie));
  if (!before) throw new Error('no session');
  const fresh = await sessions.replace(before);
  if (!fresh) throw new Error('not replaced');
  expect(fresh.value).not.toBe(cookie.value);
  expect(await sessions.read(header(cookie))).toMatchObject({ renew: false });
  expect((await sessions.read(header(fresh)))?.key).toBe(before.key);
  pass(60_001);
  // Open connections go on: they know the browser, not the token.
  expect(await sessions.isLive(before.key)).toBe(true);
  await sessions.deleteExpired();
  expect(await sessions.read(header(cookie))).toBeNull();
  expect(await sessions.read(header(fresh))).not.toBeNull();
});

test('whoever gets new rights gets a new token with the next page', async () => {
  const context = await signedIn();
  const { sessions, cookie, personId, people } = context;
  const { workspace } = await seedWorkspace({
    ...context,
    people: { ...people, accounts: { ...people.accounts, create: async () => personId } },
  });
  expect(context.rechecked).toEqual([personId]);
  const read = await sessions.read(header(cookie));
  expect(read?.renew).toBe(true);
  const fresh = read && (await sessions.replace(read));
  expect(await sessions.read(fresh && header(fresh))).toMatchObject({ renew: false });
  expect(await people.access(personId, workspace.id)).toMatchObject({ role: 'coordinator' });
});

test('a new start ends every other browser and this one’s old token', async () => {
  const { sessions, cookie, personId } = await signedIn();
  const other = await sessions.start(personId);
  const before = await sessions.read(header(cookie));
  if (!before) throw new Error('no session');
  const fresh = await sessions.restart(before);
  expect(await sessions.read(header(other))).toBeNull();
  expect(await sessions.read(header(cookie))).toBeNull();
  expect((await sessions.read(header(fresh)))?.key).toBe(before.key);
});

test('a person sees where they are signed in, this browser first, and nobody else does', async () => {
  const context = await signedIn();
  const { sessions, cookie, personId, now, pass } = context;
  const signedInAt = now();
  const here = await sessions.read(header(cookie));
  if (!here) throw new Error('no session');
  pass(3_600_000);
  const phone = await sessions.start(personId, { name: 'Safari', device: 'iphone' });
  pass(3_600_000);
  await sessions.start(personId, { name: 'Firefox', device: 'windows' });
  await sessions.start(await seedPerson(context, 'ilze@example.lv'));
  pass(3_600_000);
  await sessions.read(header(phone));
  const unknown = { name: null, device: null };
  expect(await sessions.list(personId, here.key)).toMatchObject([
    { browser: unknown, since: signedInAt, lastUsedAt: signedInAt, here: true, id: here.key },
    { browser: { name: 'Safari', device: 'iphone' }, since: signedInAt + 3_600_000, lastUsedAt: now(), here: false },
    { browser: { name: 'Firefox', device: 'windows' }, lastUsedAt: signedInAt + 2 * 3_600_000, here: false },
  ]);
});

test('a page now and then notes that the session is in use, and so does a connection that stays open', async () => {
  const { sessions, cookie, personId, pass, now } = await signedIn();
  const read = await sessions.read(header(cookie));
  if (!read) throw new Error('no session');
  const lastUsed = async () => (await sessions.list(personId, read.key))[0]?.lastUsedAt;
  const before = now();
  pass(60_000);
  await sessions.read(header(cookie));
  expect(await lastUsed()).toBe(before);
  pass(5 * 60_000);
  await sessions.read(header(cookie));
  expect(await lastUsed()).toBe(now());
  pass(5 * 60_000);
  await sessions.isLive(read.key);
  expect(await lastUsed()).toBe(now());
});

test('a browser keeps its place in the list when its token is replaced, and after a change of the password', async () => {
  const { sessions, personId, pass } = await signedIn();
  const cookie = await sessions.start(personId, { name: 'Firefox', device: 'linux' });
  const before = await sessions.read(header(cookie));
  if (!before) throw new Error('no session');
  const firefox = async () => (await sessions.list(personId, before.key)).filter(({ here }) => here);
  const [shown] = await firefox();
  pass(1_000);
  const fresh = await sessions.replace(before);
  expect(await firefox()).toEqual([shown]);
  const again = await sessions.read(fresh && header(fresh));
  if (!again) throw new Error('no session');
  await sessions.restart(again);
  expect(await firefox()).toMatchObject([{ id: before.key, browser: shown?.browser, since: shown?.since }]);
});

test('nobody signs somebody else out', async () => {
  const context = await signedIn();
  const { sessions, cookie } = context;
  const read = await sessions.read(header(cookie));
  expect(await sessions.end(await seedPerson(context, 'ilze@example.lv'), read?.key ?? '')).toBe(false);
  expect(await sessions.read(header(cookie))).not.toBeNull();
});

test('signing out everywhere else leaves this browser only', async () => {
  const context = await signedIn();
  const { sessions, cookie, personId } = context;
  const others = [await sessions.start(personId), await sessions.start(personId)];
  const stranger = await sessions.start(await seedPerson(context, 'ilze@example.lv'));
  const here = await sessions.read(header(cookie));
  if (!here) throw new Error('no session');
  await sessions.endOthers(here);
  for (const other of others) expect(await sessions.read(header(other))).toBeNull();
  expect(await sessions.read(header(cookie))).not.toBeNull();
  expect(await sessions.read(header(stranger))).not.toBeNull();
});

test('a browser that is signed out while its page is made does not come back with a new token', async () => {
  const { sessions, cookie, personId, db } = await signedIn();
  await sessions.renewAll(personId);
  const read = await sessions.read(header(cookie));
  if (!read) throw new Error('no session');
  await sessions.end(personId, read.key);
  expect(await sessions.replace(read)).toBeNull();
  expect(db.orm.select().from(session).all()).toEqual([]);
});
