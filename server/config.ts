import path from 'node:path';
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
