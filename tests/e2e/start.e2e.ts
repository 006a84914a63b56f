import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { WebSocket } from 'ws';
import { addGoal } from '#domain/plan/edit.ts';
import { readPlan } from '#domain/plan/read.ts';
import { startApp } from '../support/app-server.ts';
import { expect, test } from '../support/browser.ts';
import { syncClient } from '../support/sync-client.ts';

// Each starts the app several times.
test.describe.configure({ timeout: 120_000 });

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

test('a database from a newer version is refused, and a lock that a killed server left is in nobody’s way', async () => {
  const app = await startApp({ demo: false });
  try {
    await app.stop('SIGKILL');
    await app.start();
    await app.stop('SIGKILL');
    const backup = path.join(app.dataDir, 'copy.sqlite');
    app.admin('backup', backup);
    const sqlite = new Database(path.join(app.dataDir, 'kopplans.sqlite'));
    sqlite.exec('UPDATE __drizzle_migrations SET created_at = 9e14');
    sqlite.close();
    await expect(app.start()).rejects.toThrow(saysOneLine(/is from a newer version of Kopplāns/));
    // As the line says.
    app.admin('restore', backup, '--yes');
    await app.start();
  } finally {
    await app.dispose();
  }
});

test('SIGTERM: nobody new comes in, what was written is safe, and everybody is sent away to come back', async () => {
  const app = await startApp();
  const [plan] = JSON.parse(app.admin('documents:list', '--json')) as { id: string }[];
  const cookies = ['aija.kruze', 'martins.berzins'].map((name) =>
    app.admin('session:create', '--email', `${name}@example.org`),
  );
  const url = `${app.origin.replace('http', 'ws')}/sync/${plan?.id}`;
  const sockets = Array.from({ length: 30 }, (_, i) => {
    return new WebSocket(url, { headers: { cookie: cookies[i % 2] ?? '' } });
  });
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'message')));
    const open = (name: string) => syncClient(app, `${name}@example.org`, plan?.id ?? '');
    const [writer, watching] = [await open('gita.rozentale'), await open('martins.berzins')];
    addGoal(writer.doc, 'Pēdējais mērķis');
    await expect.poll(() => readPlan(watching.doc).goals.map(({ title }) => title)).toContain('Pēdējais mērķis');
    for (const client of [writer, watching]) client.close();

    const closed = sockets.map(async (socket) => {
      const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
      return { code, reason: reason.toString(), at: performance.now() };
    });
    const ended = app.stop();
    await Promise.race(closed);
    const late = new WebSocket(url, { headers: { cookie: cookies[0] ?? '' } });
    await once(late, 'error');
    const farewells = await Promise.all(closed);
    expect(new Set(farewells.map(({ code, reason }) => `${code} ${reason}`))).toEqual(new Set(['1012 restart']));
    // One after the other, so that they do not come back all at once.
    const times = farewells.map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1000);
    expect(await ended).toBe(0);

    await app.start();
    const reader = await open('gita.rozentale');
    expect(readPlan(reader.doc).goals.map(({ title }) => title)).toContain('Pēdējais mērķis');
    reader.close();
  } finally {
    for (const socket of sockets) socket.terminate();
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
