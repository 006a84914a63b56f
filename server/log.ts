import pino, { type Logger } from 'pino';

export type Log = Logger;

/** Structured logs on standard output. Never log names, e-mails, texts or addresses: ids only. */
export function createLog(level: string): Log {
  return pino({ level, base: null, serializers: { err: withoutValues } });
}

type Bare = { type: string; message: string; stack: string | undefined; cause?: Bare };

/** An error without the values of the query that failed, which may be about people. */
export function withoutValues(error: unknown): Bare {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: undefined };
  const message = error.message.split('\nparams:')[0] ?? '';
  const frames = error.stack?.indexOf('\n    at ') ?? -1;
  return {
    type: error.name,
    message,
    stack: frames < 0 ? undefined : error.stack?.slice(frames),
    ...(error.cause === undefined ? {} : { cause: withoutValues(error.cause) }),
  };
}
