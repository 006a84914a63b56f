import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';

type About = { name: string; usage: string; about: string };

export type Command = About & {
  /** May be run before the server ever was. */
  createsDatabase?: boolean;
  /** Returns the exit code. */
  run(context: Context, args: string[]): Promise<number>;
};

/** A command that opens no database by itself, nor needs one. */
export type LoneCommand = About & { runAlone(config: Config, args: string[]): Promise<number> };

type Kinds = Record<string, 'string' | 'boolean'>;
type Options<K extends Kinds> = { [N in keyof K]?: (K[N] extends 'string' ? string : boolean) | undefined };

/** Reads `--name value` options; anything that is not among them is refused in one line. */
export function readOptions<const K extends Kinds>(args: string[], kinds: K): Options<K>;
export function readOptions(args: string[], kinds: Kinds): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries(Object.entries(kinds).map(([name, type]) => [name, { type }]));
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    throw new CommandError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error), 2);
  }
}

/** @throws CommandError when the option is missing */
export function required(value: string | undefined, option: string): string {
  if (value) return value;
  throw new CommandError(`${option} is missing`, 2);
}
