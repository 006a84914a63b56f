import pino, { type Logger } from 'pino';

export type Log = Logger;

/** Structured logs on standard output. Never log names, e-mails, texts or addresses: ids only. */
export function createLog(level: string): Log {
  return pino({ level, base: null });
}
