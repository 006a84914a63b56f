import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startApp } from '../support/app-server.ts';
import { expect, test } from '../support/browser.ts';

test('the front page opens', async ({ demo, openContext }) => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(demo.origin);
  await expect(page.locator('h1')).toBeVisible();
});

test('nobody asks for metrics of a server without a token for it', async ({ demo }) => {
  expect((await fetch(`${demo.origin}/metrics`)).status).toBe(404);
  expect((await fetch(`${demo.origin}/metrics`, { headers: { authorization: 'Bearer ' } })).status).toBe(404);
});

test('metrics are for those who have the token, and say nothing about people', async () => {
  const token = 'a-long-word-for-prometheus';
  const app = await startApp({ env: { METRICS_TOKEN: token } });
  const ask = (authorization?: string) =>
    fetch(`${app.origin}/metrics`, { headers: authorization === undefined ? {} : { authorization } });
  try {
    for (const wrong of [undefined, '', token, `Bearer ${token}!`, 'Bearer ', `Basic ${token}`]) {
      const refused = await ask(wrong);
      expect([refused.status, await refused.text()], String(wrong)).toEqual([401, '']);
    }
    const [plan] = JSON.parse(app.admin('documents:list', '--json')) as { id: string }[];
    const cookie = app.admin('session:create', '--email', 'aija.kruze@example.org');
    const url = `${app.origin.replace('http', 'ws')}/sync/${plan?.id}`;
    const stranger = new WebSocket(url);
    await once(stranger, 'close');
    const socket = new WebSocket(url, { headers: { cookie } });
    await once(socket, 'message');

    const answer = await ask(`Bearer ${token}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    expect(text).toContain('\nkopplans_connections 1\n');
    expect(text).toContain('\nkopplans_rooms 1\n');
    expect(text).toContain('\nkopplans_connections_closed_total{code="4401",reason="session"} 1\n');
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds']) {
      expect(text).toMatch(new RegExp(`\n${name} [\\d.e-]+\n`));
    }
    for (const secret of [plan?.id ?? '', 'Aija', 'example.org', '127.0.0.1', token])
      expect(text).not.toContain(secret);
    socket.terminate();
  } finally {
    await app.dispose();
  }
});
