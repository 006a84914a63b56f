import path from 'node:path';
import * as v from 'valibot';
import { EmailInput } from '#domain/people.ts';
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
  /** Null: no mail is sent, links are passed on by hand. */
  mail: MailConfig | null;
  limits: Limits;
  /** What monitoring has to show for /metrics; null: there is no such page. */
  metricsToken: string | null;
};

export type MailConfig = {
  host: string;
  port: number;
  /** Encrypted from the first byte (smtps). */
  secure: boolean;
  auth: { user: string; pass: string } | null;
  from: { name: string; address: string };
};

/** Wrong or missing configuration; the message is one line for the person who starts the server. */
export class ConfigError extends Error {}

/**
 * Reads the configuration from environment variables.
 * @throws ConfigError naming the variable and what is expected of it
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const demo = env.DEMO === '1';
  const origin = readOrigin(env.ORIGIN, demo);
  const mail = readMail(env.SMTP_URL, env.MAIL_FROM);
  return {
    origin,
    host: env.HOST ?? '127.0.0.1',
    port: readPort(env.PORT),
    dataDir: env.DATA_DIR ? path.resolve(env.DATA_DIR) : inProject('data'),
    demo,
    logLevel: readLogLevel(env.LOG_LEVEL),
    proxies: { addressHeader: env.ADDRESS_HEADER?.toLowerCase() || null, depth: readDepth(env.XFF_DEPTH) },
    // A letter needs an address to lead to.
    mail: origin === null ? null : mail,
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

function readMail(url: string | undefined, from: string | undefined): MailConfig | null {
  if (!url && !from) return null;
  if (!url) throw new ConfigError('SMTP_URL is missing: MAIL_FROM alone sends no mail');
  if (!from) throw new ConfigError('MAIL_FROM is missing: set it to the sender, for example kopplans@example.lv');
  const parsed = URL.parse(url);
  const secure = parsed?.protocol === 'smtps:';
  const path = (parsed?.pathname ?? '') + (parsed?.search ?? '') + (parsed?.hash ?? '');
  if (!parsed?.hostname || !(secure || parsed.protocol === 'smtp:') || (path !== '' && path !== '/')) {
    // Not quoted: a password may be in it.
    throw new ConfigError('SMTP_URL is not understood: expected smtps://user:password@mail.example.lv:465');
  }
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(parsed.port) || (secure ? 465 : 587),
    secure,
    auth: parsed.username ? { user: decoded(parsed.username), pass: decoded(parsed.password) } : null,
    from: readSender(from),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError('SMTP_URL is not understood: write a percent sign in the user name or the password as %25');
  }
}

/** "kopplans@example.lv" or "Kopplāns <kopplans@example.lv>". */
function readSender(text: string): { name: string; address: string } {
  const [, name = '', address = text] = /^([^<>\r\n]*)<([^<>]+)>$/.exec(text.trim()) ?? [];
  const email = v.safeParse(EmailInput, address);
  if (!email.success) {
    throw new ConfigError(`MAIL_FROM is "${text}": expected an address, or Kopplāns <kopplans@example.lv>`);
  }
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address: email.output };
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
