import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { burst } from './scenarios/burst.ts';
import { coldOpen } from './scenarios/cold-open.ts';
import { crash } from './scenarios/crash.ts';
import { fanOut } from './scenarios/fan-out.ts';
import { idle } from './scenarios/idle.ts';
import { rooms } from './scenarios/rooms.ts';
import { storm } from './scenarios/storm.ts';
import { installPeers, SERVERS, type ServerName } from './servers.ts';

// This server beside those that people would otherwise use, in turn, in one run.

type Scenario = (name: ServerName) => Promise<Record<string, number>>;

/**
 * How often each is run, and with which servers: all unless told. Cold open repeats its openings itself, and compares
 * this server with itself, for y-websocket's storage needs minutes for as many changes.
 */
const scenarios: Record<string, { run: Scenario; rounds: number; servers?: readonly ServerName[] }> = {
  'fan-out': { run: fanOut, rounds: 5 },
  rooms: { run: rooms, rounds: 5 },
  burst: { run: burst, rounds: 5 },
  storm: { run: storm, rounds: 5 },
  idle: { run: idle, rounds: 3 },
  'cold-open': { run: coldOpen, rounds: 1, servers: ['kopplans'] },
  crash: { run: crash, rounds: 3 },
};

/** Runs the scenarios named, or all, and prints medians and ratios; every value goes to a file. */
export async function benchSync(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((name) => !(name in scenarios));
  if (unknown) throw new Error(`No such scenario: ${unknown}. There are: ${Object.keys(scenarios).join(', ')}`);
  installPeers();
  const results: Record<string, Figures> = {};
  for (const [name, { run, rounds, servers = SERVERS }] of Object.entries(scenarios)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const figures = (results[name] = await measure(run, rounds, servers));
    console.log(`\n${name}`);
    console.table(Object.entries(figures).map(([figure, values]) => row(figure, values)));
  }
  const file = path.resolve('test-results/bench-sync.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(results, null, 2));
  console.log(`\nAll values: ${path.relative(process.cwd(), file)}`);
}

/** Values of each figure, by server. */
type Figures = Record<string, Record<ServerName, number[]>>;

/** In turn, so that whatever else the machine does meets all of them alike. */
async function measure(run: Scenario, rounds: number, servers: readonly ServerName[]): Promise<Figures> {
  const figures: Figures = {};
  for (let done = 0; done < rounds; done++) {
    for (const server of servers) {
      for (const [figure, value] of Object.entries(await run(server))) {
        figures[figure] ??= { kopplans: [], 'y-websocket': [], hocuspocus: [] };
        figures[figure][server].push(value);
      }
    }
  }
  return figures;
}

function row(figure: string, values: Record<ServerName, number[]>): Record<string, string | number> {
  const own = median(values.kopplans);
  const peers = SERVERS.filter((server) => server !== 'kopplans').map((server) => median(values[server]));
  return {
    figure,
    ...Object.fromEntries(SERVERS.map((server) => [server, words(median(values[server]))])),
    'of the lower peer': words(own / Math.min(...peers)),
    'of the higher': words(own / Math.max(...peers)),
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function words(value: number): string | number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : '';
}
