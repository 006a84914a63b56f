import * as Y from 'yjs';
import { openClients } from '../client.ts';
import { startServer, type ServerName } from '../servers.ts';
import { until } from '../until.ts';
import { fill, keystrokes } from '../workload.ts';

const WRITERS = 20;
const KEYSTROKES = 200;

/**
 * Twenty people come back with two hundred changes each, at once. A witness, who came last and is told last, reads what
 * comes: Hocuspocus joins changes, so that frames cannot be counted.
 */
export async function burst(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name);
  try {
    const state = await fill(server, 0, WRITERS);
    const clients = await openClients(server, WRITERS + 1);
    const writers = clients.slice(0, WRITERS);
    const typed = writers.map((_, i) => keystrokes(state, i, KEYSTROKES));
    const missing = new Set(
      typed.map((updates) => [...Y.parseUpdateMeta(updates[0] ?? new Uint8Array()).to.keys()][0]),
    );
    const witness = clients.at(-1);
    if (witness) {
      witness.onUpdate = (update) => {
        for (const [client, clock] of Y.parseUpdateMeta(update()).to) if (clock >= KEYSTROKES) missing.delete(client);
      };
    }
    const before = await server.cpu();
    const at = performance.now();
    for (const [i, writer] of writers.entries()) for (const update of typed[i] ?? []) writer.send(update);
    await until(() => missing.size === 0);
    const seconds = (performance.now() - at) / 1000;
    const cpu = (await server.cpu()) - before;
    return {
      'changes a second, seen by all': (WRITERS * KEYSTROKES) / seconds,
      'CPU a change, µs': (cpu * 1000) / (WRITERS * KEYSTROKES),
    };
  } finally {
    await server.stop();
  }
}
