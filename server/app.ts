import { addressKey, clientAddress } from './address.ts';
import type { Config } from './config.ts';
import { DEMO_WELCOME, ensureDemo } from './demo/demo.ts';
import { createDirectory } from './documents/directory.ts';
import type { Documents } from './documents/documents.ts';
import { createDocuments } from './documents/engine.ts';
import { DEFAULT_LIMITS } from './documents/limits.ts';
import { NO_METER, type Meter } from './documents/meter.ts';
import { openDatabase, type Db } from './db/client.ts';
import { createLog, type Log } from './log.ts';
import type { Outbox } from './mail/outbox.ts';
import type { Metrics } from './metrics.ts';
import { createPeople, type People } from './people.ts';
import { createPlans, type Plans } from './plans/plans.ts';

/** The one application object: everything that routes, sockets and commands share. */
export type App = {
  config: Config;
  log: Log;
  db: Db;
  people: People;
  documents: Documents;
  plans: Plans;
  /** What monitoring may ask for; null: nobody asks. */
  metrics: Metrics | null;
  /** Sends invitations by e-mail; null when no mail server is configured. */
  outbox: Outbox | null;
  /** Lines for the person who starts the server: set-up link, demo notice. */
  welcome: string[];
  close(): Promise<void>;
};

export async function createApp(config: Config): Promise<App> {
  const log = createLog(config.logLevel);
  if (config.demo) {
    // It is written all at once, as no person would: stricter limits are not meant for it.
    const open = (dataDir: string) => openServices({ ...config, dataDir, limits: DEFAULT_LIMITS }, log);
    await ensureDemo({ dataDir: config.dataDir, log, open });
  }
  const metrics = await createMetrics(config.metricsToken);
  const services = openServices(config, log, metrics?.meter);
  metrics?.watch(() => services.documents.load());
  await services.people.sessions.deleteExpired();
  const outbox = await createOutbox(config, log, services);
  outbox?.wake();
  return {
    config,
    log,
    metrics,
    outbox,
    ...services,
    welcome: await welcome(config, services.people),
    async close() {
      await outbox?.close();
      await services.close();
    },
  };
}

/** Without a token nothing of it is even loaded. */
async function createMetrics(token: string | null): Promise<Metrics | null> {
  if (token === null) return null;
  const metrics = await import('./metrics.ts');
  return metrics.createMetrics(token);
}

type Services = Pick<App, 'db' | 'people' | 'documents' | 'plans' | 'close'>;

/** Without a mail server nothing of it is even loaded. */
async function createOutbox({ mail, origin }: Config, log: Log, { db, people }: Services): Promise<Outbox | null> {
  if (!mail || origin === null) return null;
  const [{ Outbox }, { createMailTransport }] = await Promise.all([
    import('./mail/outbox.ts'),
    import('./mail/transport.ts'),
  ]);
  return new Outbox({ db, invitations: people.invitations, transport: createMailTransport(mail), origin, log });
}

/** What works on the database of one data directory. */
function openServices(config: Config, log: Log, meter: Meter = NO_METER): Services {
  const db = openDatabase(config.dataDir);
  const documents = createDocuments({
    db,
    log,
    directory: createDirectory(db, () => people),
    origin: config.origin,
    addressOf: (request) => addressKey(clientAddress(request, config.proxies)),
    limits: config.limits,
    meter,
  });
  const people = createPeople({
    db,
    secure: config.origin?.startsWith('https:') ?? false,
    recheck: (personId) => documents.recheck(personId),
  });
  return {
    db,
    people,
    documents,
    plans: createPlans({ db, documents }),
    async close() {
      await documents.close();
      db.close();
    },
  };
}

async function welcome(config: Config, people: People): Promise<string[]> {
  if (config.demo) return DEMO_WELCOME;
  const token = await people.setup.offer();
  return token ? [`Set up the first workspace, with this link, once: ${config.origin ?? ''}/set-up/${token}`] : [];
}
