import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';
import { LoadClient, openClients } from '../client.ts';
import { startServer, type Running, type ServerName } from '../servers.ts';
import { fill, keystrokes, write } from '../workload.ts';
import { witness } from '../witness.ts';

const ACTIONS = 20;
const KEYSTROKES_EACH = 13_000;
const OPENINGS = 5;

/**
 * The first opening of a document after a restart: one of 260,000 recorded keystrokes, and one with the same content
 * that was written in one go.
 */
export async function coldOpen(name: ServerName): Promise<Record<string, number>> {
  let server = await startServer(name, { documents: 2, durable: true });
  try {
    await type(server);
    await copy(server);
    const times: [number[], number[]] = [[], []];
    for (let opening = 0; opening < OPENINGS; opening++) {
      for (const document of [0, 1] as const) {
        server = await server.crash();
        // The process itself has to warm up: code is loaded with the first document that anybody opens.
        await open(server, 1 - document);
        times[document].push(await open(server, document));
      }
    }
    const [history, oneGo] = times.map(median);
    return {
      '260,000 keystrokes: opened, ms': history ?? Number.NaN,
      'the same in one go: opened, ms': oneGo ?? Number.NaN,
      'one of the other': (history ?? Number.NaN) / (oneGo ?? Number.NaN),
    };
  } finally {
    await server.stop();
  }
}

async function type(server: Running): Promise<void> {
  const state = await fill(server, 0, ACTIONS);
  const writers = await openClients(server, ACTIONS + 1);
  const last = writers.pop();
  if (!last) throw new Error('no witness');
  const typed = writers.map((_, i) => keystrokes(state, i, KEYSTROKES_EACH));
  const arrived = witness(last, typed.flat());
  for (const [i, writer] of writers.entries()) for (const update of typed[i] ?? []) writer.send(update);
  await arrived;
  for (const client of [...writers, last]) client.close();
}

/** Writes into document 1 what stands in document 0. */
async function copy(server: Running): Promise<void> {
  const reader = new LoadClient(server, 0, 0);
  const from = new Y.Doc();
  await reader.opened;
  Y.applyUpdate(from, reader.document());
  reader.close();
  const bodies = [...planRoots(from).actions.values()].map((action) => String(action.get('body')).trimEnd());
  await write(server, 1, bodies);
}

async function open(server: Running, document: number): Promise<number> {
  const at = performance.now();
  const client = new LoadClient(server, document, 0);
  await client.opened;
  const time = performance.now() - at;
  client.close();
  return time;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
