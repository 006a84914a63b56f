import { NEWER_DATABASE } from './db/newer.ts';

/** What the person who starts the server can mend themselves, in one line; null for an error of ours. */
export function startProblem(error: unknown, { host, port }: { host: string; port: number }): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') return `PORT ${port} is in use on ${host}`;
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') return `PORT ${port} is not allowed`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST is "${host}": this machine has no such address`;
  // Thrown inside the built app, whose classes are not ours.
  if (code === NEWER_DATABASE) return `the database in DATA_DIR cannot be used: ${error.message}`;
  if (code.startsWith('SQLITE_')) return `the database in DATA_DIR cannot be used: ${error.message}`;
  // The one variable that SvelteKit's adapter reads and checks itself.
  return error.message.startsWith('Invalid BODY_SIZE_LIMIT') ? error.message : null;
}
