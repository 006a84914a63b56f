import { setTimeout } from 'node:timers/promises';
import { openClients, type LoadClient } from '../client.ts';
import { startServer, type Running, type ServerName } from '../servers.ts';
import { until } from '../until.ts';
import { arrivals } from '../witness.ts';
import { fill, keystrokes } from '../workload.ts';

const READERS = 300;
const KEYSTROKES = 500;
const WARM_UP = 50;
/** Of the stream: what a handful of quick typists make together. */
const KEYSTROKES_A_SECOND = 100;

/**
 * One person writes, three hundred watch. First each keystroke has arrived everywhere before the next one is made, so
 * that nothing can be sent together; then they come as a steady stream.
 */
export async function fanOut(name: ServerName): Promise<Record<string, number>> {
  const server = await startServer(name);
  try {
    const state = await fill(server, 0, 20);
    const clients = await openClients(server, READERS + 1);
    const [writer, ...readers] = clients;
    if (!writer) throw new Error('no writer');
    const typed = keystrokes(state, 0, WARM_UP + 2 * KEYSTROKES);
    await oneByOne(server, writer, readers, typed.splice(0, WARM_UP));
    const alone = await oneByOne(server, writer, readers, typed.splice(0, KEYSTROKES));
    const stream = await steadily(server, writer, readers, typed);
    return {
      'one by one: CPU a delivery, µs': alone.cpu,
      'one by one: all have it, ms': alone.wait,
      'a stream: CPU a delivery, µs': stream.cpu,
      'a stream: all have it, ms': stream.wait,
    };
  } finally {
    await server.stop();
  }
}

async function oneByOne(server: Running, writer: LoadClient, readers: LoadClient[], typed: Uint8Array[]) {
  const waits: number[] = [];
  const before = await server.cpu();
  for (const update of typed) {
    const at = performance.now();
    const seen = (readers[0]?.updates ?? 0) + 1;
    writer.send(update);
    await until(() => readers.every((reader) => reader.updates >= seen));
    waits.push(performance.now() - at);
  }
  return {
    cpu: perDelivery((await server.cpu()) - before, typed.length),
    wait: median(waits),
  };
}

async function steadily(server: Running, writer: LoadClient, readers: LoadClient[], typed: Uint8Array[]) {
  const last = readers.at(-1);
  if (!last) throw new Error('no reader');
  const waits: number[] = [];
  const before = await server.cpu();
  const all = arrivals(last, typed).map(async (arrived, i) => {
    await setTimeout((i * 1000) / KEYSTROKES_A_SECOND);
    const at = performance.now();
    writer.send(typed[i] ?? new Uint8Array());
    await arrived;
    waits.push(performance.now() - at);
  });
  await Promise.all(all);
  return { cpu: perDelivery((await server.cpu()) - before, typed.length), wait: median(waits) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Microseconds. */
function perDelivery(cpu: number, keystrokes: number): number {
  return (cpu * 1000) / (keystrokes * READERS);
}
