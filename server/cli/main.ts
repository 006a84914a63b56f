import { run } from './run.ts';

// `npm run admin -- <command>`: run by bare node, beside a running server or without one.

// Backups hold what the database holds: for this account alone to read.
process.umask(0o077);
process.exitCode = await run(process.argv.slice(2), process.env);
