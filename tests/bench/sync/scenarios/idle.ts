import { openClients } from '../client.ts';
import { startServer, type ServerName } from '../servers.ts';
import { fill } from '../workload.ts';

const CONNECTIONS = 2_000;
const DOCUMENTS = 10;

/** Two thousand browsers that are open and do nothing. */
export async function idle(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name, { documents: DOCUMENTS });
  try {
    for (let document = 0; document < DOCUMENTS; document++) await fill(server, document, 20);
    // What one connection loads (code, tables) is not counted.
    const first = await openClients(server, DOCUMENTS * 5, { document: (client) => client % DOCUMENTS });
    const before = await server.memory();
    const clients = await openClients(server, CONNECTIONS, { document: (client) => client % DOCUMENTS });
    const after = await server.memory();
    for (const client of [...first, ...clients]) client.close();
    return { 'memory a connection, kB': (after - before) / CONNECTIONS / 1000 };
  } finally {
    await server.stop();
  }
}
