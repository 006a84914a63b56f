import { openClients } from '../client.ts';
import { startServer, type ServerName } from '../servers.ts';
import { witness } from '../witness.ts';
import { fill, keystrokes } from '../workload.ts';

const WRITERS = 20;
const KEYSTROKES = 200;

/** Twenty people come back with two hundred changes each, at once. */
export async function burst(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name);
  try {
    const state = await fill(server, 0, WRITERS);
    const clients = await openClients(server, WRITERS + 1);
    const writers = clients.slice(0, WRITERS);
    const typed = writers.map((_, i) => keystrokes(state, i, KEYSTROKES));
    const last = clients.at(-1);
    if (!last) throw new Error('no witness');
    const arrived = witness(last, typed.flat());
    const before = await server.cpu();
    const at = performance.now();
    for (const [i, writer] of writers.entries()) for (const update of typed[i] ?? []) writer.send(update);
    await arrived;
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
