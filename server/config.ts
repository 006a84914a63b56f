import path from 'node:path';
import type { Proxies } from './address.ts';
import {
  DEFAULT_LIMITS,
  FRAME_OVERHEAD,
  HIGHEST_LIMITS,
  LIMITS_ABOVE_UPDATE,
  type Limits,
} from './documents/limits.ts';
import { inProject } from './project-folder.ts';

export type Config = {
  /** Public address, e.g. https://plans.example.lv; null in the demo, where the Host header says it. */
  origin: string | null;
  host: string;
  port: number;
  /** Folder of the database. */
  dataDir: string;
  /** Fill the demo workspace when the database is empty, and offer its people on the sign-in page. */
  demo: boolean;
  logLevel: string;
  proxies: Proxies;
  limits: Limits;
  /** What monitoring has to show for /metrics; null: there is no such page. */
  metricsToken: string | null;
};

/** Wrong or missing configuration; the message is one line for the person who starts the server. */
export class ConfigError extends Error {}

/**
 * Reads the configuration from environment variables.
 * @throws ConfigError naming the variable and what is expected of it
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const demo = env.DEMO === '1';
  return {
    origin: readOrigin(env.ORIGIN, demo),
    host: env.HOST ?? '127.0.0.1',
    port: readPort(env.PORT),
    dataDir: env.DATA_DIR ? path.resolve(env.DATA_DIR) : inProject('data'),
    demo,
    logLevel: readLogLevel(env.LOG_LEVEL),
    proxies: { addressHeader: env.ADDRESS_HEADER?.toLowerCase() || null, depth: readDepth(env.XFF_DEPTH) },
    limits: readLimits(env),
    metricsToken: readMetricsToken(env.METRICS_TOKEN),
  };
}

function readOrigin(value: string | undefined, demo: boolean): string | null {
  if (!value) {
    if (demo) return null;
    throw new ConfigError(
      'ORIGIN is missing: set it to the public address, for example ORIGIN=https://plans.example.lv',
    );
  }
  const url = URL.parse(value);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.origin !== value.replace(/\/$/, '')) {
    throw new ConfigError(`ORIGIN is "${value}": expected a scheme and a host, for example https://plans.example.lv`);
  }
  return url.origin;
}

function readPort(value: string | undefined): number {
  if (value === undefined || value === '') return 3000;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ConfigError(`PORT is "${value}": expected a number from 0 to 65535`);
  }
  return port;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function readLogLevel(value: string | undefined): string {
  if (value === undefined || value === '') return 'info';
  if (!LOG_LEVELS.includes(value)) {
    throw new ConfigError(`LOG_LEVEL is "${value}": expected one of ${LOG_LEVELS.join(', ')}`);
  }
  return value;
}

/** How many proxies stand in front. SvelteKit's adapter reads it too, but complains only when somebody signs in. */
function readDepth(value: string | undefined): number {
  return value === undefined ? 1 : readWhole('XFF_DEPTH', value, 100);
}

const LIMIT_PREFIX = 'LIMIT_';
const HIGHEST = 2 ** 31 - 1;

/** The environment variable of a limit: `connectionsPerPerson` is `LIMIT_CONNECTIONS_PER_PERSON`. */
export function limitVariable(key: string): string {
  return LIMIT_PREFIX + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function readLimits(env: Record<string, string | undefined>): Limits {
  const limits = { ...DEFAULT_LIMITS };
  const keys = new Map((Object.keys(limits) as (keyof Limits)[]).map((key) => [limitVariable(key), key]));
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(LIMIT_PREFIX)) continue;
    const key = keys.get(name);
    if (!key) throw new ConfigError(`${name} is unknown: docs/limits.md lists the limits`);
    if (value) limits[key] = readWhole(name, value, HIGHEST_LIMITS[key] ?? HIGHEST);
  }
  const least = limits.updateBytes + FRAME_OVERHEAD;
  for (const key of LIMITS_ABOVE_UPDATE) {
    if (limits[key] >= least) continue;
    throw new ConfigError(
      `${limitVariable(key)} is ${limits[key]}: expected at least ${least}, ` +
        `for one change of ${limitVariable('updateBytes')} has to get through`,
    );
  }
  return limits;
}

/** @throws ConfigError that does not repeat the secret */
function readMetricsToken(value: string | undefined): string | null {
  if (!value) return null;
  if (!/^[\x21-\x7e]{16,}$/.test(value)) {
    throw new ConfigError('METRICS_TOKEN is too short or has blanks: expected 16 or more letters, digits and signs');
  }
  return value;
}

function readWhole(name: string, value: string, highest: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > highest) {
    throw new ConfigError(`${name} is "${value}": expected a whole number from 1 to ${highest}`);
  }
  return number;
}
