import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
  } finally {
    await app.dispose();
  }
});
