import { run } from './run.ts';

// `npm run admin -- <command>`: run by bare node, beside a running server or without one.

process.exitCode = await run(process.argv.slice(2), process.env);
