import * as Y from 'yjs';
import { LoadClient } from '../client.ts';
import { startServer, type Running, type ServerName } from '../servers.ts';
import { fill } from '../workload.ts';

const CLIENTS = 300;
const ACTIONS = 40;
const CHARACTERS_EACH = 24_000;

/** Three hundred people open a large document in the same moment; and come back to it, as after a restart. */
export async function storm(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name);
  try {
    const state = await fill(server, 0, ACTIONS, CHARACTERS_EACH);
    const stays = new LoadClient(server, 0, 0);
    await stays.opened;
    const opened = await crowd(server);
    const returned = await crowd(server, Y.encodeStateVectorFromUpdate(state));
    return {
      'CPU of the storm, ms': opened.cpu,
      'all have it, ms': opened.wall,
      'CPU when they come back, ms': returned.cpu,
      'document, kB': state.length / 1000,
    };
  } finally {
    await server.stop();
  }
}

async function crowd(server: Running, vector?: Uint8Array): Promise<{ cpu: number; wall: number }> {
  const before = await server.cpu();
  const at = performance.now();
  const clients = Array.from({ length: CLIENTS }, (_, i) => new LoadClient(server, 0, i, vector));
  await Promise.all(clients.map(({ opened }) => opened));
  const wall = performance.now() - at;
  const cpu = (await server.cpu()) - before;
  for (const client of clients) client.close();
  return { cpu, wall };
}
