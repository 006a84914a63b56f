import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PLAIN, hocuspocus, type Protocol } from './protocol.ts';

// The servers that are compared. Each runs in a process of its own and is asked for its CPU time and memory.

export const SERVERS = ['kopplans', 'y-websocket', 'hocuspocus'] as const;
export type ServerName = (typeof SERVERS)[number];

export type Running = {
  name: ServerName;
  port: number;
  /** How many documents can be opened. */
  documents: number;
  /** Path of a document's address, the headers of client number `client`, and what frames look like there. */
  address(document: number, client: number): { path: string; cookie: string | null; protocol: Protocol };
  /** Milliseconds of CPU time that the process has used. */
  cpu(): Promise<number>;
  /** Bytes of memory that the process holds (resident, after a collection of garbage). */
  memory(): Promise<number>;
  /** SIGKILL, and the same server again on the same data. */
  crash(): Promise<Running>;
  stop(): Promise<void>;
};

type Needs = {
  documents?: number;
  people?: number;
  /** Keep documents on disk, where a peer can. */ durable?: boolean;
};
type Ready = { port: number; documents?: string[]; cookies?: string[] };

const here = import.meta.dirname;
const peers = path.join(here, 'peers');

/** Installs the peers beside the benchmark, from their own lock file, when they are not there yet. */
export function installPeers(): void {
  if (existsSync(path.join(peers, 'node_modules'))) return;
  console.log('Installing the peers …');
  const options = ['ci', '--no-audit', '--no-fund', '--omit=optional', '--loglevel=error'];
  const { status } = spawnSync('npm', options, { cwd: peers, stdio: 'inherit' });
  if (status !== 0) throw new Error('Cannot install the peers');
}

export async function startServer(name: ServerName, needs: Needs = {}): Promise<Running> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kopplans-bench-'));
  return run(name, needs, dataDir);
}

async function run(name: ServerName, needs: Needs, dataDir: string): Promise<Running> {
  const { documents = 1, people = 20, durable = false } = needs;
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production' };
  if (durable) Object.assign(env, { YPERSISTENCE: dataDir, HOCUSPOCUS_DATA: dataDir });
  const own = name === 'kopplans';
  const child = fork(
    own ? path.join(here, 'kopplans.ts') : path.join(peers, `${name}.mjs`),
    own ? [dataDir, String(documents), String(people)] : [],
    { env, execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const ready = await answer<Ready>(child);
  const ask = <T>(question: string): Promise<T> => {
    child.send(question);
    return answer<T>(child);
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    name,
    port: ready.port,
    documents,
    address(document, client) {
      const key = ready.documents?.[document] ?? `document-${document}`;
      const protocol = name === 'hocuspocus' ? hocuspocus(key) : PLAIN;
      const cookie = ready.cookies?.[client % ready.cookies.length] ?? null;
      return { path: own ? `/sync/${key}` : `/${key}`, cookie, protocol };
    },
    cpu: async () => (await ask<{ cpu: number }>('cpu')).cpu,
    memory: async () => (await ask<{ memory: number }>('memory')).memory,
    async crash() {
      await end('SIGKILL');
      return run(name, needs, dataDir);
    },
    async stop() {
      await end('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`The server ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.off('exit', failed);
      resolve(message as T);
    });
  });
}
