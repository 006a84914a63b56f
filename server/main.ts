import { once } from 'node:events';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError, readConfig, type Config } from './config.ts';
import { lockDataDir } from './db/lock.ts';
import { runningApp } from './running.ts';
import { startProblem } from './start-problem.ts';

// The production process: SvelteKit's handler, document sockets, signals. Run by scripts/demo.ts and scripts/start.ts.

const DEMO_PROTOCOL = 'x-kopplans-protocol';
/** How long the end waits for pages that are being made. */
const PAGES_PATIENCE_MS = 2_000;

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`Kopplāns cannot start: ${error.message}`);
  process.exit(1);
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  try {
    await serve(config);
  } catch (error) {
    const problem = startProblem(error, config);
    throw problem === null ? error : new ConfigError(problem);
  }
}

async function serve(config: Config): Promise<void> {
  // What people write, and their addresses, are for this account alone to read.
  process.umask(0o077);
  makeDataDir(config.dataDir);
  if (!lockDataDir(config.dataDir)) throw new ConfigError(`another server is using ${config.dataDir}`);
  // Without ORIGIN adapter-node assumes https; the demo takes the host from the request and speaks plain http.
  if (config.origin === null) process.env.PROTOCOL_HEADER = DEMO_PROTOCOL;
  const built = new URL('../build/handler.js', import.meta.url).href;
  const { handler } = (await import(built)) as { handler: RequestListener };
  const app = runningApp();

  const answering = new Set<ServerResponse>();
  // Whoever offers another protocol (curl offers HTTP/2) is answered as if they had not.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket';
  const server = createServer({ shouldUpgradeCallback }, (request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    if (config.origin === null) request.headers[DEMO_PROTOCOL] = 'http';
    handler(request, response);
  });
  server.on('upgrade', (request, socket, head) => app.documents.handleUpgrade(request, socket, head));

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    server.close();
    const answered = Promise.all([...answering].map((response) => once(response, 'close')));
    await Promise.race([answered, delay(PAGES_PATIENCE_MS)]);
    await app.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  server.listen(config.port, config.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  const hostname = config.host.includes(':') ? `[${config.host}]` : config.host;
  console.log(`Kopplāns is at ${config.origin ?? `http://${hostname}:${port}`}`);
  for (const line of app.welcome) console.log(line);
  // It is listening already: without mail it is of use all the same.
  const problem = await app.outbox?.check();
  if (problem) console.error(`Kopplāns cannot send mail for now: ${problem}`);
}

/** @throws ConfigError when the folder cannot be made or written in */
function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new ConfigError(`DATA_DIR is "${dataDir}": the folder cannot be made or written in${reason}`);
  }
}
