import { openClients } from '../client.ts';
import { startServer, type ServerName } from '../servers.ts';
import { until } from '../until.ts';
import { fill, keystrokes } from '../workload.ts';

const READERS = 300;
const KEYSTROKES = 500;

/** One person types, three hundred watch: each keystroke has arrived everywhere before the next one is made. */
export async function fanOut(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name);
  try {
    const state = await fill(server, 0, 20);
    const clients = await openClients(server, READERS + 1);
    const [writer, ...readers] = clients;
    const typed = keystrokes(state, 0, KEYSTROKES + 50);
    const waits: number[] = [];
    const type = async (update: Uint8Array) => {
      const seen = (readers[0]?.updates ?? 0) + 1;
      const at = performance.now();
      writer?.send(update);
      await until(() => readers.every((reader) => reader.updates >= seen));
      waits.push(performance.now() - at);
    };
    for (const update of typed.slice(0, 50)) await type(update);
    waits.length = 0;
    const before = await server.cpu();
    for (const update of typed.slice(50)) await type(update);
    const cpu = (await server.cpu()) - before;
    return {
      'CPU a delivery, µs': (cpu * 1000) / (KEYSTROKES * READERS),
      'all have it, ms': waits.toSorted((a, b) => a - b)[KEYSTROKES >> 1] ?? Number.NaN,
    };
  } finally {
    await server.stop();
  }
}
