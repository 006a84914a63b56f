import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const node = path.join(root, 'node_modules/.bin/node');

/** The built app in a process of its own, with a data directory of its own. */
export type AppServer = {
  origin: string;
  dataDir: string;
  /** What it printed so far. */
  output(): string;
  /** Runs `npm run admin -- …` on its data and returns what it printed. */
  admin(...args: string[]): string;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** SIGTERM, or SIGKILL for a crash; resolves with the exit code when the process has ended. Null: no code. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** Stops it and removes its data. */
  dispose(): Promise<void>;
};

/** Starts the built app, in the folder `cwd`; `demo` fills it with the demo workspace. */
export async function startApp({
  demo = true,
  env = {},
  cwd = root,
}: { demo?: boolean; env?: Record<string, string>; cwd?: string } = {}): Promise<AppServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-test-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const environment = {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    ...(demo ? { DEMO: '1' } : { ORIGIN: origin }),
    ...env,
  };
  let child: ChildProcess | null = null;
  let output = '';

  const server: AppServer = {
    origin,
    dataDir: environment.DATA_DIR,
    output: () => output,
    admin(...args) {
      const result = spawnSync(node, [path.join(root, 'server/cli/main.ts'), ...args], {
        cwd,
        env: environment,
        encoding: 'utf8',
      });
      if (result.status !== 0) throw new Error(`admin ${args.join(' ')}: ${result.stderr || result.stdout}`);
      return result.stdout.trim();
    },
    async start() {
      const started = spawn(node, [path.join(root, 'server/main.ts')], {
        cwd,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      await new Promise<void>((resolve, reject) => {
        const read = (chunk: Buffer) => {
          output += chunk.toString();
          if (output.includes(origin)) resolve();
        };
        started.stdout.on('data', read);
        started.stderr.on('data', read);
        started.once('exit', (code) => reject(new Error(`The app ended with ${code} before it was ready:\n${output}`)));
      });
    },
    async stop(signal = 'SIGTERM') {
      const running = child;
      child = null;
      if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
      const ended = new Promise<number | null>((resolve) => running.once('exit', resolve));
      running.kill(signal);
      const code = await ended;
      output = '';
      return code;
    },
    async dispose() {
      await server.stop('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
