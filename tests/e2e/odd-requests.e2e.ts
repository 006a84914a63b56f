import Database from 'better-sqlite3';
import { connect } from 'node:net';
import path from 'node:path';
import { DATABASE_FILE } from '#server/db/client.ts';
import { startApp, type AppServer } from '../support/app-server.ts';
import { expect, test } from '../support/browser.ts';
import { Random } from '../support/random.ts';
import { planDocument } from '../support/sync-client.ts';

// Requests that no browser makes, byte by byte: every page and form with wrong methods, headers, cookies and bodies.
// The answer is in words and never a failure of the server, and whoever has no right changes nothing.

const REQUESTS = Number(process.env.HTTP_REQUESTS ?? 600);
const AT_ONCE = 8;
/** A request of which a part is missing is given up after this. */
const PATIENCE_MS = 500;

let app: AppServer;

test.beforeAll(async () => {
  app = await startApp();
});
test.afterAll(() => app.dispose());

type Answer = { status: number; text: string };

/** Null: the server closed the connection without a word, or waits for more. */
function send(bytes: Buffer, complete: boolean): Promise<Answer | null> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(app.origin).port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    if (!complete) socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString().replace('HTTP/1.1 100 Continue\r\n\r\n', '');
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
      resolve(status === 0 ? null : { status, text });
    });
    socket.write(bytes);
  });
}

const FORMS: [path: string, fields: string[]][] = [
  ['/preferences', ['language', 'theme', 'next']],
  ['/sign-in?/password', ['email', 'password']],
  ['/sign-in?/demo', ['person']],
  ['/sign-out', []],
  ['/account?/name', ['name']],
  ['/account?/password', ['present', 'password']],
  ['/account?/session', ['session', 'id', 'key']],
  ['/account?/sessions', []],
  ['/join/nothing?/present', []],
  ['/join/nothing?/account', ['name', 'email', 'password']],
  ['/join/nothing?/leave', []],
  ['/set-up/nothing', ['workspace', 'organisation', 'name', 'email', 'password', 'kind', 'sector']],
  ['/w/kekavas-novads/people?/organisation', ['name', 'kind', 'sector']],
  ['/w/kekavas-novads/people?/invite', ['email', 'role', 'organisation', 'note', 'many', 'uses']],
  ['/w/kekavas-novads/people?/resend', ['invitation', 'id']],
  ['/w/kekavas-novads/people?/revoke', ['invitation', 'id']],
  ['/w/kekavas-novads/people?/change', ['person', 'role', 'organisation']],
  ['/w/kekavas-novads/people?/remove', ['person']],
  ['/w/kekavas-novads/plan/new', ['year', 'title']],
];
const PAGES = [
  '/',
  '/healthz',
  '/metrics',
  '/w/kekavas-novads',
  '/w/kekavas-novads/plan/2025',
  '/w/kekavas-novads/plan/2025/authors',
  '/w/kekavas-novads/plan/2025/authors/authors.csv?person=%00&organisation=x',
  '/w/kekavas-novads/plan/99999999999999999999',
  '/w/kekavas-novads/plan/2025/action/__proto__',
  '/w/%00/plan/2025',
  '/w/%E0%A4%A/plan',
  '/w/..%2f..%2fetc/passwd',
  '/_app/../../package.json',
  '/_app/immutable/%00',
  '/sync/x',
  '//evil.example/',
  '/join/%ff',
  '/?/nothing',
  '/account?/__proto__',
  '/account?/constructor',
  '/account?/default',
  '/__data.json?x-sveltekit-invalidated=zzz',
  '/w/kekavas-novads/plan/2025/__data.json?x-sveltekit-invalidated=111111111111111',
  `/${'x'.repeat(3000)}`,
  '*',
  'http://evil.example/',
];
const METHODS = [
  'GET',
  'GET',
  'POST',
  'POST',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'NONSENSE',
];
const VALUES = [
  '',
  'Anna',
  ' ',
  '0',
  '-1',
  '2025',
  '1e309',
  'NaN',
  'null',
  'true',
  '__proto__',
  'coordinator',
  'aija.kruze@example.org',
  'x@',
  "'; DROP TABLE person; --",
  '<script>alert(1)</script>',
  '//evil.example',
  'javascript:alert(1)',
  '\u0000',
  '\u202e',
  '🙂'.repeat(200),
  'x'.repeat(10_000),
];
const TYPES = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'text/plain',
  'application/json',
  'application/octet-stream',
  'x',
  '',
];
const ODD_HEADERS = [
  'Accept: application/json',
  'Accept: \u00ff',
  'Accept-Language: xx-XX;q=zz',
  'X-SvelteKit-Action: true',
  'Content-Encoding: gzip',
  'Expect: 100-continue',
  'Expect: nonsense',
  'Range: bytes=-1',
  'If-None-Match: *',
  'X-Forwarded-For: 999.999.999.999',
  'X-Forwarded-Proto: javascript',
  'X-HTTP-Method-Override: DELETE',
  'Upgrade: h2c',
  'Cookie: kopplans-locale=__proto__',
  'Cookie: kopplans-theme=%E0%A4%A',
  'Cookie: =;;;=',
  `X-Long: ${'x'.repeat(6000)}`,
];

type Who = { cookie: string | null };

/** One request; `complete` says whether all that it announces is there. */
function oddRequest(random: Random, { cookie }: Who): { bytes: Buffer; complete: boolean } {
  const [form, fields] = random.pick(FORMS);
  const target = random.chance(0.6) ? form : random.pick(PAGES);
  const method = random.chance(0.6) ? 'POST' : random.pick(METHODS);
  const type = random.chance(0.5) ? (TYPES[0] ?? '') : random.pick(TYPES);
  const body = ['GET', 'HEAD', 'TRACE'].includes(method) ? Buffer.alloc(0) : bodyOf(random, fields, type);
  const host = new URL(app.origin).host;
  const lines = [`${method} ${target} HTTP/1.1`, 'Connection: close'];
  if (random.chance(0.97)) lines.push(`Host: ${host}`);
  const origin = random.chance(0.8)
    ? app.origin
    : random.pick(['https://evil.example', 'null', '', `${app.origin}.evil.example`]);
  if (random.chance(0.95)) lines.push(`Origin: ${origin}`);
  if (cookie && random.chance(0.9)) lines.push(`Cookie: ${random.chance(0.95) ? cookie : cookie.slice(0, -3)}`);
  if (type) lines.push(`Content-Type: ${type}`);
  for (let count = random.below(3); count > 0; count--) lines.push(random.pick(ODD_HEADERS));
  let sent = body;
  let complete = true;
  const dice = random.next();
  if (dice < 0.8) lines.push(`Content-Length: ${body.length}`);
  else if (dice < 0.88) {
    lines.push('Transfer-Encoding: chunked');
    sent = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
    // A chunk of nothing is the end of it.
    complete = body.length > 0;
  } else {
    lines.push(
      random.pick([
        `Content-Length: ${body.length + 10}`,
        'Content-Length: -1',
        'Content-Length: 9'.repeat(3),
        'Transfer-Encoding: gzip',
      ]),
    );
    complete = false;
  }
  return { bytes: Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), sent]), complete };
}

function bodyOf(random: Random, fields: readonly string[], type: string): Buffer {
  const dice = random.next();
  if (dice < 0.05) return Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256)));
  if (dice < 0.08) return Buffer.from('a=1&'.repeat(5000));
  if (dice < 0.1) return Buffer.alloc(700_000, 'x');
  const names = [...fields, ...(random.chance(0.2) ? ['__proto__', 'constructor', ''] : [])];
  const chosen = names.filter(() => random.chance(0.85)).map((name) => [name, random.pick(VALUES)] as const);
  if (random.chance(0.1) && chosen[0]) chosen.push(chosen[0]);
  if (type.startsWith('application/json')) return Buffer.from(JSON.stringify(Object.fromEntries(chosen)));
  if (!type.startsWith('multipart')) {
    const text = new URLSearchParams(chosen.map(([name, value]) => [name, value])).toString();
    return Buffer.from(random.chance(0.1) ? text.replaceAll('%', '%E0%A4%zz') : text);
  }
  const parts = chosen.map(([name, value]) => {
    const file = random.chance(0.3) ? '; filename="x.txt"\r\nContent-Type: text/plain' : '';
    return `--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
  });
  return Buffer.from(parts.join('') + (random.chance(0.9) ? '--b--\r\n' : ''));
}

/** What nobody without the right may change; people signing in and out is no part of it. */
function stateOf(server: AppServer): string {
  const db = new Database(path.join(server.dataDir, DATABASE_FILE), { readonly: true });
  try {
    const tables = ['workspace', 'organisation', 'person', 'membership', 'invitation', 'document', 'ledger', 'claim'];
    return JSON.stringify(tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}"`).raw().all()]));
  } finally {
    db.close();
  }
}

async function sendAll(random: Random, who: Who, count: number): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (let done = 0; done < count; done += AT_ONCE) {
    const requests = Array.from({ length: AT_ONCE }, () => oddRequest(random, who));
    const answers = await Promise.all(requests.map(({ bytes, complete }) => send(bytes, complete)));
    for (const [i, answer] of answers.entries()) {
      const request = requests[i]?.bytes.toString('latin1', 0, 800) ?? '';
      if (!answer) {
        expect(requests[i]?.complete, `no answer to ${request}`).toBe(false);
        continue;
      }
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      expect(answer.status, `${request}\n→\n${answer.text.slice(0, 800)}`).toBeLessThan(500);
      expect(answer.text, request).not.toMatch(/\n\s+at .+:\d+:\d+|node_modules|SqliteError/);
    }
  }
  return statuses;
}

test('nothing but answers in words to odd requests', async () => {
  test.setTimeout(120_000 + REQUESTS * 200);
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  process.stdout.write(`odd requests: seed ${seed}, ${REQUESTS} of them\n`);
  const random = new Random(seed);
  const cookieOf = (email: string) => app.admin('session:create', '--email', email);
  app.admin('person:create', '--email', 'sveša@example.org', '--name', 'Kāds Svešais');
  const observer = cookieOf('inese.grava@example.org');
  const stranger = cookieOf('sveša@example.org');
  const coordinator = cookieOf('aija.kruze@example.org');
  const document = planDocument(app);
  const withoutRights: Who[] = [{ cookie: null }, { cookie: observer }, { cookie: stranger }];

  const before = stateOf(app);
  const counts: Record<number, number>[] = [];
  for (const who of withoutRights) counts.push(await sendAll(random, who, REQUESTS / 4));
  // A person may change their own name and password; nothing else has moved.
  const own = (state: string) => state.replaceAll(/\["person",\[.*?\]\],/g, '');
  expect(own(stateOf(app))).toBe(own(before));
  counts.push(await sendAll(random, { cookie: coordinator }, REQUESTS / 4));

  process.stdout.write(`answers by status, without rights and with: ${JSON.stringify(counts)}\n`);
  expect((await fetch(`${app.origin}/healthz`)).status).toBe(200);
  expect(planDocument(app)).toBe(document);
  expect(app.output()).not.toContain('unhandled');
});
