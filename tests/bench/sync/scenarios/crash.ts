import { setTimeout } from 'node:timers/promises';
import * as Y from 'yjs';
import { LoadClient, openClients } from '../client.ts';
import { startServer, type Running, type ServerName } from '../servers.ts';
import { fill, keystrokes } from '../workload.ts';

const WRITERS = 20;
const KEYSTROKES = 100;
const PAUSE_MS = 15;
const STORAGE_PATIENCE_MS = 3_000;

/** The process is killed while twenty people type: what others had been shown already, and is gone. */
export async function crash(name: ServerName): Promise<Record<string, number>> {
  let server = await startServer(name, { durable: true });
  try {
    const state = await fill(server, 0, WRITERS);
    const clients = await openClients(server, WRITERS + 1);
    const witness = clients.at(-1);
    const writers = clients.slice(0, WRITERS);
    const shown = new Map<number, number>();
    if (witness) {
      witness.onUpdate = (update) => {
        for (const [id, clock] of Y.parseUpdateMeta(update()).to) shown.set(id, Math.max(clock, shown.get(id) ?? 0));
      };
    }
    const typed = writers.map((_, i) => keystrokes(state, i, KEYSTROKES));
    for (let i = 0; i < KEYSTROKES; i++) {
      for (const [w, writer] of writers.entries()) {
        const update = typed[w]?.[i];
        if (update) writer.send(update);
      }
      await setTimeout(PAUSE_MS);
    }
    server = await server.crash();
    const kept = await contents(server);
    const lost = [...shown].reduce((sum, [id, clock]) => sum + Math.max(0, clock - (kept.get(id) ?? 0)), 0);
    return { 'shown to others and lost, characters': lost };
  } finally {
    await server.stop();
  }
}

/** The clocks of what a document holds. Some servers answer before they have read their storage; the rest follows. */
async function contents(server: Running): Promise<Map<number, number>> {
  const doc = new Y.Doc();
  const client = new LoadClient(server, 0, 0);
  client.onUpdate = (update) => Y.applyUpdate(doc, update());
  await client.opened;
  Y.applyUpdate(doc, client.document());
  await setTimeout(STORAGE_PATIENCE_MS);
  client.close();
  return Y.decodeStateVector(Y.encodeStateVector(doc));
}
