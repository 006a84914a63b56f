import * as v from 'valibot';
import { NAME_MAX, NOTE_MAX, PASSWORD_MAX, PASSWORD_MIN, type InputProblem } from '#domain/people.ts';
import { CommandError } from './command-error.ts';

const PROBLEMS: Record<InputProblem, string> = {
  name_missing: 'is empty',
  name_long: `is longer than ${NAME_MAX} characters`,
  email_invalid: 'is not an e-mail address',
  password_short: `has fewer than ${PASSWORD_MIN} characters`,
  password_long: `has more than ${PASSWORD_MAX} characters`,
  choice_missing: 'is missing',
  note_long: `is longer than ${NOTE_MAX} characters`,
};

/** Checks an input as the forms do. @throws CommandError naming the option and what is wrong with it */
export function checked<T>(schema: v.GenericSchema<string, T>, value: string, option: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new CommandError(`${option} ${PROBLEMS[issue.message as InputProblem] ?? issue.message}`, 2);
}
