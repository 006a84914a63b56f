import { CommandError } from './command-error.ts';
import { commands, help } from './commands.ts';
import { configOf, openContext } from './context.ts';
import { printable } from './printable.ts';

/**
 * Runs one admin command. Answers go to standard output, everything else to standard error.
 * Returns the exit code: 0 done, 1 not done, 2 wrong usage.
 */
export async function run(
  [name = '--help', ...args]: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  if (['--help', '-h', 'help'].includes(name) || args.includes('--help')) {
    console.log(help());
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    console.error(`No such command: ${name}. Run with --help to see them all.`);
    return 2;
  }
  try {
    if ('runAlone' in command) return await command.runAlone(configOf(env), args);
    const context = openContext(env, { create: command.createsDatabase ?? false });
    try {
      return await command.run(context, args);
    } finally {
      context.db.close();
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // It may name what people wrote.
    console.error(printable(error.message));
    return error.exitCode;
  }
}
