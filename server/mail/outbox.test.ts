import { Writable } from 'node:stream';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { SMTPServerOptions } from 'smtp-server';
import { readLetter, startMailServer, type ReceivedLetter } from '#tests/support/mail-server.ts';
import { openPeople, seedWorkspace } from '#tests/support/people.ts';
import { until } from '#tests/support/engine.ts';
import type { MailConfig } from '../config.ts';
import { invitation, invitationMail } from '../db/schema.ts';
import { withoutValues } from '../log.ts';
import { Outbox } from './outbox.ts';
import { createMailTransport } from './transport.ts';

const DAY = 86_400_000;
const ORIGIN = 'https://plans.example.lv';

/** A workspace whose invitations go out to a real mail server. */
async function withMail(
  options: { server?: SMTPServerOptions; config?: Partial<MailConfig>; retryMs?: number[] } = {},
) {
  const server = await startMailServer(options.server);
  const context = openPeople();
  const seed = await seedWorkspace(context);
  const { invitations } = context.people;
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = pino({ level: 'trace', base: null, serializers: { err: withoutValues } }, sink);
  const config: MailConfig = {
    ...{ host: '127.0.0.1', port: server.port, secure: false, auth: null },
    from: { name: 'Kopplāns', address: 'kopplans@example.lv' },
    ...options.config,
  };
  const transport = createMailTransport(config);
  const boxes: Outbox[] = [];
  const open = () => {
    const retryMs = options.retryMs ?? [];
    const box = new Outbox({ db: context.db, invitations, transport, origin: ORIGIN, log, now: context.now, retryMs });
    boxes.push(box);
    return box;
  };
  onTestFinished(async () => {
    for (const box of boxes) await box.close();
    await server.close();
  });
  const invite = (changes = {}) =>
    invitations.create({
      workspaceId: seed.workspace.id,
      role: 'editor',
      organisationId: seed.organisation,
      places: 1,
      note: '',
      createdBy: seed.coordinator,
      lifetimeMs: 14 * DAY,
      mail: { email: 'mara@example.lv', locale: 'lv' },
      ...changes,
    });
  const mail = async (id: string) => (await invitations.list(seed.workspace.id)).find((one) => one.id === id)?.mail;
  return { ...context, ...seed, server, invitations, transport, outbox: open(), open, invite, mail, lines };
}

const newPerson = (email: string) => ({ newPerson: { email, name: 'Māra', passwordHash: 'stored' } });

function linkIn(letter: ReceivedLetter | undefined): string {
  if (!letter) throw new Error('no letter');
  const [, token] = /https:\/\/plans\.example\.lv\/join\/([\w-]+)/.exec(readLetter(letter).text) ?? [];
  return token ?? '';
}

test('an invitation is sent in the language of whoever invites, and its link leads in', async () => {
  const { outbox, invite, mail, server, invitations, lines } = await withMail();
  const { id, token } = await invite();
  expect(await mail(id)).toMatchObject({ email: 'mara@example.lv', state: 'waiting', problem: null });
  outbox.post(id, token);
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'sent' }));
  expect(server.letters).toHaveLength(1);
  const [letter] = server.letters;
  expect(letter).toMatchObject({ from: 'kopplans@example.lv', to: ['mara@example.lv'] });
  if (!letter) throw new Error('no letter');
  const { headers, text, html } = readLetter(letter);
  expect(headers).toContain('Subject: Uzaicinājums: Ķekavas novads');
  expect(headers).toContain('From: Kopplāns <kopplans@example.lv>');
  expect(headers).toContain('To: mara@example.lv');
  expect(text).toContain('Anna Kalniņa aicina jūs pievienoties sadarbības telpai „Ķekavas novads”.');
  expect(text).toContain('Jūsu loma: Redaktors');
  expect(text).toContain('Jūs pārstāvēsiet: Ķekavas novada pašvaldība');
  expect(html).toContain('<html lang="lv">');
  expect(html).toContain(`href="${ORIGIN}/join/${token}"`);
  expect(linkIn(letter)).toBe(token);
  expect(await invitations.look(token)).toMatchObject({ state: 'open', invitation: { email: 'mara@example.lv' } });
  expect(lines.join()).toContain(id);
  expect(lines.join()).not.toMatch(/mara|example\.lv|Anna|Ķekavas/);
});

test('in English, and names are only names', async () => {
  const { outbox, invite, mail, server, people, coordinator } = await withMail();
  await people.accounts.rename(coordinator, '<img src=x onerror="alert(1)"> & \'Anna\'');
  const { id, token } = await invite({ mail: { email: 'mara@example.lv', locale: 'en' }, organisationId: null });
  outbox.post(id, token);
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'sent' }));
  const { text, html } = readLetter(server.letters[0] ?? { from: '', to: [], raw: '' });
  expect(text).toContain('<img src=x onerror="alert(1)"> & \'Anna\' invites you to the workspace “Ķekavas novads”');
  expect(text).toContain('You will represent: only yourself');
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;Anna&#39; invites you');
});

test('an address that the mail server refuses is said at once, and not tried again', async () => {
  let asked = 0;
  const { outbox, invite, mail, lines } = await withMail({
    retryMs: [0, 0, 0],
    server: {
      onRcptTo(address, _session, done) {
        asked++;
        done(Object.assign(new Error(`No such user ${address.address}`), { responseCode: 550 }));
      },
    },
  });
  const { id, token } = await invite();
  outbox.post(id, token);
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'failed', problem: 'address' }));
  expect(asked).toBe(1);
  expect(lines.join()).toContain('EENVELOPE 550');
  expect(lines.join()).not.toMatch(/mara/);
});

test('a mail server that is busy is asked again with the same link, until it takes the letter', async () => {
  let refusals = 2;
  const { outbox, invite, mail, server } = await withMail({
    retryMs: [0, 0, 0],
    server: {
      onMailFrom(_address, _session, done) {
        if (refusals-- > 0) done(Object.assign(new Error('Later'), { responseCode: 451 }));
        else done();
      },
    },
  });
  const { id, token } = await invite();
  outbox.post(id, token);
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'sent', problem: null }));
  expect(server.letters.map(linkIn)).toEqual([token]);
});

test('a letter that waits for its next attempt says so, and fails after the last', async () => {
  const { outbox, invite, mail, server, pass } = await withMail({ retryMs: [60_000] });
  await server.close();
  const { id, token } = await invite();
  outbox.post(id, token);
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'waiting', problem: 'server' }));
  pass(60_000);
  outbox.wake();
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'failed', problem: 'server' }));
});

test('a letter can be sent again, with a new link; the earlier one ends', async () => {
  const { outbox, invite, mail, server, invitations, workspace, people } = await withMail();
  const { id, token } = await invite();
  outbox.post(id, token);
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'sent' }));
  const elsewhere = await people.workspaces.create({ name: 'Cits novads' });
  expect(await outbox.postAgain(elsewhere.id, id)).toBe(false);
  expect(await outbox.postAgain(workspace.id, id)).toBe(true);
  await until(() => expect(server.letters).toHaveLength(2));
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'sent' }));
  const renewed = linkIn(server.letters[1]);
  expect(await invitations.look(token)).toEqual({ state: 'wrong', many: false });
  expect(await invitations.look(renewed)).toMatchObject({ state: 'open' });
});

test('a letter that waited when the server stopped goes out after the start, with a link that leads in', async () => {
  const { outbox, open, invite, mail, server, invitations, db } = await withMail();
  await outbox.close();
  const { id, token } = await invite();
  outbox.post(id, token);
  expect(
    JSON.stringify([db.orm.select().from(invitation).all(), db.orm.select().from(invitationMail).all()]),
  ).not.toContain(token);
  open().wake();
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'sent' }));
  expect(await invitations.look(linkIn(server.letters[0]))).toMatchObject({ state: 'open' });
});

test('an invitation that is revoked before its letter is sent is not sent', async () => {
  const { outbox, invite, invitations, workspace, server, mail } = await withMail();
  const revoked = await invite();
  await invitations.revoke(workspace.id, revoked.id);
  outbox.post(revoked.id, revoked.token);
  const { id, token } = await invite({ mail: { email: 'ilze@example.lv', locale: 'lv' } });
  outbox.post(id, token);
  await until(async () => expect(await mail(id)).toMatchObject({ state: 'sent' }));
  expect(server.letters.map(({ to }) => to)).toEqual([['ilze@example.lv']]);
});

test('an address is forgotten once the invitation is used, revoked or has expired', async () => {
  const { outbox, invite, invitations, workspace, db, pass } = await withMail();
  const addresses = () => db.orm.select().from(invitationMail).all();
  const used = await invite();
  await invitations.accept(used.token, newPerson('mara@example.lv'));
  expect(addresses()).toEqual([]);
  const revoked = await invite();
  await invitations.revoke(workspace.id, revoked.id);
  expect(addresses()).toEqual([]);
  await invite();
  pass(14 * DAY);
  outbox.wake();
  await until(() => expect(addresses()).toEqual([]));
});

test('a workspace sends only so many letters an hour', async () => {
  const { outbox, workspace } = await withMail();
  for (let i = 0; i < 100; i++) expect(outbox.attempt(workspace.id)).toBeNull();
  expect(outbox.attempt(workspace.id)).not.toBeNull();
  expect(outbox.attempt('other')).toBeNull();
});

test('what is wrong with the mail server is said in one line, without the password', async () => {
  const auth = { user: 'anna', pass: 'slepens' };
  const { server, transport } = await withMail({
    config: { auth },
    server: {
      authOptional: false,
      onAuth: ({ password }, _session, done) =>
        password === 'pareiza' ? done(null, { user: 'anna' }) : done(new Error('no')),
    },
  });
  const at = { host: '127.0.0.1', port: server.port, secure: false, from: { name: '', address: 'a@example.lv' } };
  const check = (config: Partial<MailConfig>) => createMailTransport({ ...at, auth, ...config }).check();
  expect(await transport.check()).toBe(
    `SMTP_URL: the mail server 127.0.0.1:${server.port} refuses the user name or the password`,
  );
  expect(await check({ auth: { user: 'anna', pass: 'pareiza' } })).toBeNull();
  expect(await check({ secure: true })).toMatch(/^SMTP_URL: [^\n]*127\.0\.0\.1:\d+[^\n]*$/);
  await server.close();
  expect(await check({})).toMatch(/^SMTP_URL: the mail server 127\.0\.0\.1:\d+ cannot be used \(\w+\)$/);
});
