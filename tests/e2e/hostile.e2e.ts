import { request as httpRequest } from 'node:http';
import { startApp, type AppServer } from '../support/app-server.ts';
import { expect, test } from '../support/browser.ts';

// Requests that no page of ours sends, to the built app.

let app: AppServer;

test.beforeAll(async () => {
  app = await startApp({ demo: false });
});
test.afterAll(() => app.dispose());

const send = (path: string, body: string, type = 'application/x-www-form-urlencoded', origin = app.origin) =>
  fetch(app.origin + path, { method: 'POST', redirect: 'manual', body, headers: { origin, 'content-type': type } });

test('a form of another site is refused everywhere', async () => {
  for (const path of ['/preferences', '/sign-in?/password', '/sign-out', '/account?/name', '/join/x?/account']) {
    for (const origin of ['https://evil.example', 'null']) {
      expect((await send(path, 'name=x', undefined, origin)).status, `${path} from ${origin}`).toBe(403);
    }
  }
});

test('a body that is no form is the mistake of whoever sends it', async () => {
  expect((await send('/preferences', '{}', 'application/json')).status).toBe(400);
  for (const path of ['/preferences', '/sign-in?/password', '/sign-in?/demo']) {
    const response = await send(path, 'nothing', 'multipart/form-data; boundary=x');
    const { status = response.status } = (await response.json()) as { status?: number };
    expect(status, path).toBe(400);
  }
});

test('an action that no page has is not found', async () => {
  for (const name of ['nothing', 'default', 'constructor', '__proto__']) {
    const response = await send(`/sign-in?/${name}`, 'email=x');
    const { status = response.status } = (await response.json().catch(() => ({}))) as { status?: number };
    expect(status, name).toBe(404);
  }
});

test('a form is as large as ours are, and is told in words what is wrong with it', async () => {
  for (const body of ['a&'.repeat(200_000), `email=${'x'.repeat(20_000)}`]) {
    for (const path of ['/preferences', '/sign-in?/password', '/join/x?/account']) {
      const response = await send(path, body);
      const { status = response.status } = (await response.json().catch(() => ({}))) as { status?: number };
      expect(status, path).toBe(413);
    }
  }
  const long = new URLSearchParams({ email: `${'x'.repeat(300)}@example.org`, password: 'x'.repeat(300) });
  const text = await (await send('/sign-in?/password', String(long))).text();
  expect(text).toContain('email_invalid');
  expect(text).toContain('password_long');
});

test('a body that grows too large is refused', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { origin: app.origin, 'content-type': 'application/x-www-form-urlencoded' };
    const post = httpRequest(`${app.origin}/preferences`, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode);
      post.destroy();
    });
    post.on('error', reject);
    // Chunked: no length is announced.
    for (let i = 0; i < 20; i++) post.write(`theme=${'x'.repeat(65_536)}`);
    post.end();
  });
  expect(status).toBe(413);
});

test('without an open invitation nobody learns which e-mails have an account', async () => {
  app.admin('person:create', '--email', 'anna@example.org', '--name', 'Anna');
  const answers = await Promise.all(
    ['anna@example.org', 'nobody@example.org'].map(async (email) => {
      const form = new URLSearchParams({ email, name: 'X', password: 'nav pareizā parole' });
      return (await send('/join/guess?/account', String(form))).text();
    }),
  );
  expect(answers[0]).toBe(answers[1]);
});
