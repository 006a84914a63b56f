import { createHash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { Load, Meter } from './documents/meter.ts';

/** What monitoring asks for, in the words of Prometheus. Labels never say anything about people or documents. */
export type Metrics = {
  /** For the document engine to report to. */
  meter: Meter;
  /** Whose load is told; until then nobody's. */
  watch(load: () => Load): void;
  /** Whether an Authorization header has the token. */
  admits(authorization: string | null): boolean;
  contentType: string;
  text(): Promise<string>;
};

/** From a tenth of a millisecond, which a keystroke takes, to what somebody notices. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const IDLE: Load = { rooms: 0, connections: 0, bufferedBytes: 0, pendingRows: 0, pendingMs: 0, storing: true };

export function createMetrics(token: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const seconds = new Histogram({
    name: 'kopplans_engine_seconds',
    help: 'Time of one update in the gate and applied, of one transaction, and of telling everybody about it.',
    labelNames: ['step'],
    buckets: SECONDS,
    registers,
  });
  const steps = {
    gate: seconds.labels('gate'),
    apply: seconds.labels('apply'),
    commit: seconds.labels('commit'),
    broadcast: seconds.labels('broadcast'),
  };
  const accepted = new Counter({
    name: 'kopplans_updates_accepted_total',
    help: 'Updates that were accepted, also those that brought nothing new.',
    registers,
  });
  const gaps = new Counter({
    name: 'kopplans_updates_gap_total',
    help: 'Updates that came before what they build on; the client is asked for everything.',
    registers,
  });
  const refused = new Counter({
    name: 'kopplans_updates_refused_total',
    help: 'Updates that were refused, by close code and reason.',
    labelNames: ['code', 'reason'],
    registers,
  });
  const sentAway = new Counter({
    name: 'kopplans_connections_closed_total',
    help: 'Document sockets that the server closed, by close code and reason.',
    labelNames: ['code', 'reason'],
    registers,
  });

  let load: () => Load = () => IDLE;
  const gauge = (name: string, help: string, value: (load: Load) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(load()));
      },
    });
  gauge('kopplans_connections', 'Document sockets that are open.', ({ connections }) => connections);
  gauge('kopplans_rooms', 'Documents that are open in memory.', ({ rooms }) => rooms);
  gauge(
    'kopplans_socket_buffered_bytes',
    'Bytes that wait for browsers to read them.',
    ({ bufferedBytes }) => bufferedBytes,
  );
  gauge('kopplans_ledger_pending_rows', 'Rows received and not yet durable.', ({ pendingRows }) => pendingRows);
  gauge(
    'kopplans_ledger_pending_seconds',
    'How long the oldest of what is not durable yet has been waiting.',
    ({ pendingMs }) => pendingMs / 1000,
  );
  gauge('kopplans_ledger_storing', '1 when all of the last transaction came to disk.', ({ storing }) =>
    Number(storing),
  );

  const expected = digest(token);
  return {
    meter: {
      now: () => performance.now(),
      took: (step, since) => steps[step].observe((performance.now() - since) / 1000),
      received(receipt) {
        if (receipt.kind === 'accepted') accepted.inc();
        else if (receipt.kind === 'gap') gaps.inc();
        else refused.inc(receipt.refusal);
      },
      sentAway: (refusal) => sentAway.inc(refusal),
    },
    watch(source) {
      load = source;
    },
    // Digests have one length, and so comparing tells nothing about the token.
    admits: (authorization) => timingSafeEqual(digest(authorization?.match(/^Bearer +(.*)$/i)?.[1] ?? ''), expected),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
