import { LoadClient } from '../client.ts';
import { startServer, type ServerName } from '../servers.ts';
import { fill } from '../workload.ts';

const CLIENTS = 300;
const ACTIONS = 40;
const CHARACTERS_EACH = 24_000;

/** Three hundred people open a large document in the same moment, as after a restart. */
export async function storm(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name);
  try {
    const state = await fill(server, 0, ACTIONS, CHARACTERS_EACH);
    const first = new LoadClient(server, 0, 0);
    await first.opened;
    const before = await server.cpu();
    const at = performance.now();
    const clients = Array.from({ length: CLIENTS }, (_, i) => new LoadClient(server, 0, i));
    await Promise.all(clients.map(({ opened }) => opened));
    const wall = performance.now() - at;
    const cpu = (await server.cpu()) - before;
    for (const client of [first, ...clients]) client.close();
    return { 'CPU of the storm, ms': cpu, 'all have it, ms': wall, 'document, kB': state.length / 1000 };
  } finally {
    await server.stop();
  }
}
