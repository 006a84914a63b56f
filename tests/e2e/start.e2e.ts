import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { startApp } from '../support/app-server.ts';
import { expect, test } from '../support/browser.ts';

// What is wrong with the configuration is said in one line, and the process ends with code 1.

const saysOneLine = (words: RegExp) =>
  new RegExp(
    String.raw`^The app ended with 1 before it was ready:\nKopplāns cannot start: [^\n]*${words.source}[^\n]*\n$`,
  );

test('the address or the data folder belongs to another server', async () => {
  const app = await startApp({ demo: false });
  try {
    const { port } = new URL(app.origin);
    await expect(startApp({ demo: false, env: { PORT: port } })).rejects.toThrow(saysOneLine(/PORT \d+ is in use/));
    await expect(startApp({ demo: false, env: { DATA_DIR: app.dataDir } })).rejects.toThrow(
      saysOneLine(/another server is using/),
    );
  } finally {
    await app.dispose();
  }
});

test('the server and its commands start from any folder', async () => {
  const app = await startApp({ cwd: tmpdir() });
  try {
    expect((await fetch(`${app.origin}/healthz`)).status).toBe(200);
    expect(app.admin('documents:list')).toContain('2025');
  } finally {
    await app.dispose();
  }
});

test('a data folder that cannot be, a database that is none, a host and limits that are wrong', async () => {
  const app = await startApp({ demo: false });
  await app.stop();
  try {
    const file = path.join(app.dataDir, 'kopplans.sqlite');
    writeFileSync(file, 'this is no database, '.repeat(1000));
    await expect(startApp({ demo: false, env: { DATA_DIR: app.dataDir } })).rejects.toThrow(
      saysOneLine(/not a database/),
    );
    await expect(startApp({ demo: false, env: { DATA_DIR: path.join(file, 'in') } })).rejects.toThrow(
      saysOneLine(/DATA_DIR is/),
    );
    await expect(startApp({ demo: false, env: { HOST: '192.0.2.1' } })).rejects.toThrow(saysOneLine(/HOST is/));
    await expect(startApp({ demo: false, env: { LOG_LEVEL: 'loud' } })).rejects.toThrow(saysOneLine(/LOG_LEVEL is/));
    await expect(startApp({ demo: false, env: { BODY_SIZE_LIMIT: 'lots' } })).rejects.toThrow(
      saysOneLine(/BODY_SIZE_LIMIT/),
    );
    await expect(startApp({ demo: false, env: { LIMIT_UPDATE_BYTES: '8M' } })).rejects.toThrow(
      saysOneLine(/LIMIT_UPDATE_BYTES is "8M": expected a whole number/),
    );
  } finally {
    await app.dispose();
  }
});

test('limits come from the environment, and sockets count by the address that the proxy tells', async () => {
  const env = { LIMIT_CONNECTIONS_PER_ADDRESS: '1', ADDRESS_HEADER: 'X-Forwarded-For', XFF_DEPTH: '2' };
  const app = await startApp({ env });
  const [plan] = JSON.parse(app.admin('documents:list', '--json')) as { id: string }[];
  const cookie = app.admin('session:create', '--email', 'aija.kruze@example.org');
  const open = (forwarded: string) =>
    new WebSocket(`${app.origin.replace('http', 'ws')}/sync/${plan?.id}`, {
      headers: { cookie, 'x-forwarded-for': forwarded },
    });
  const hall = open('192.0.2.7, 10.0.0.1');
  try {
    await once(hall, 'message');
    const [code] = (await once(open('forged, 192.0.2.7, 10.0.0.1'), 'close')) as [number];
    expect(code).toBe(1013);
    const elsewhere = open('192.0.2.7, 192.0.2.8, 10.0.0.1');
    await once(elsewhere, 'message');
    elsewhere.terminate();
  } finally {
    hall.terminate();
    await app.dispose();
  }
});
