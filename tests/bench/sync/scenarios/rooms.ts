import { openClients } from '../client.ts';
import { startServer, type ServerName } from '../servers.ts';
import { until } from '../until.ts';
import { fill, keystrokes } from '../workload.ts';

const ROOMS = 40;
const PEOPLE = 10;
const KEYSTROKES = 100;

/** Forty documents of ten people each; one in each room types, all rooms at the same time. */
export async function rooms(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name, { documents: ROOMS });
  try {
    const states: Uint8Array[] = [];
    for (let room = 0; room < ROOMS; room++) states.push(await fill(server, room, 5));
    const clients = await openClients(server, ROOMS * PEOPLE, { document: (client) => client % ROOMS });
    const writers = clients.slice(0, ROOMS);
    const readers = clients.slice(ROOMS);
    const typed = states.map((state) => keystrokes(state, 0, KEYSTROKES));
    const before = await server.cpu();
    for (let i = 0; i < KEYSTROKES; i++) {
      for (const [room, writer] of writers.entries()) {
        const update = typed[room]?.[i];
        if (update) writer.send(update);
      }
      await until(() => readers.every((reader) => reader.updates > i));
    }
    const cpu = (await server.cpu()) - before;
    return { 'CPU a delivery, µs': (cpu * 1000) / (KEYSTROKES * readers.length) };
  } finally {
    await server.stop();
  }
}
