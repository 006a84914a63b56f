import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { burst } from './scenarios/burst.ts';
import { fanOut } from './scenarios/fan-out.ts';
import { idle } from './scenarios/idle.ts';
import { rooms } from './scenarios/rooms.ts';
import { storm } from './scenarios/storm.ts';
import { installPeers, SERVERS, type ServerName } from './servers.ts';

// This server beside those that people would otherwise use, in turn, in one run.

type Scenario = (name: ServerName) => Promise<Record<string, number>>;

const scenarios: Record<string, Scenario> = { 'fan-out': fanOut, rooms, burst, storm, idle };
const ROUNDS = 5;

/** Runs the scenarios named, or all, and prints medians and ratios; every value goes to a file. */
export async function benchSync(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((name) => !(name in scenarios));
  if (unknown) throw new Error(`No such scenario: ${unknown}. There are: ${Object.keys(scenarios).join(', ')}`);
  installPeers();
  const results: Record<string, Figures> = {};
  for (const [name, run] of Object.entries(scenarios)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const figures = (results[name] = await measure(run));
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
async function measure(run: Scenario): Promise<Figures> {
  const figures: Figures = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of SERVERS) {
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
    ...Object.fromEntries(SERVERS.map((server) => [server, round(median(values[server]))])),
    'of the lower peer': round(own / Math.min(...peers)),
    'of the higher': round(own / Math.max(...peers)),
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
