import { error, fail, type ActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import {
  EmailInput,
  NameInput,
  NOTE_MAX,
  ORGANISATION_KINDS,
  PasswordInput,
  SECTORS,
  type InputProblem,
} from '#domain/people.ts';
import { ROLES } from '#domain/rights.ts';
import type { FormState, Problem } from './form-state.ts';

// What each form accepts. Pages never read form data in any other way.

const choice = 'choice_missing' satisfies InputProblem;

export const Role = v.picklist(ROLES, choice);
const Kind = v.picklist(ORGANISATION_KINDS, choice);
const Sector = v.picklist(SECTORS, choice);
/** An organisation's id, or nothing for "none". */
export const OrganisationChoice = v.pipe(
  v.optional(v.string(choice), ''),
  v.transform((id) => id || null),
);
export const Note = v.pipe(
  v.optional(v.string(), ''),
  v.trim(),
  v.maxLength(NOTE_MAX, 'note_long' satisfies InputProblem),
);
export const Organisation = { name: NameInput, kind: Kind, sector: Sector };
/** A password that is checked, not chosen: any length up to what hashing may cost. */
const GivenPassword = v.pipe(v.optional(v.string(), ''), v.maxLength(1000));

export const SignInForm = v.object({
  email: v.pipe(v.optional(v.string(), ''), v.trim(), v.toLowerCase(), v.maxLength(254)),
  password: GivenPassword,
});
export const AccountForm = v.object({ name: NameInput, email: EmailInput, password: PasswordInput });
export const PasswordForm = v.object({ present: GivenPassword, password: PasswordInput });

const SECRET = ['password', 'present'];

type Answer<T> = { ok: true; values: T; refuse: Refuse } | { ok: false; failure: ActionFailure<FormState> };
export type Refuse = (reason: Partial<FormState>, status?: number) => ActionFailure<FormState>;

/**
 * Reads a form; `failure` is the action's answer when something in it is wrong, `refuse` makes one for later problems.
 */
export async function readForm<T>(
  request: Request,
  form: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<Answer<T>> {
  // No form of ours has a field of that name, and SvelteKit cannot send it back.
  const entries = [...(await readFormData(request))].filter(
    (entry): entry is [string, string] => !(entry[1] instanceof File) && entry[0] !== '__proto__',
  );
  const raw = Object.fromEntries(entries);
  const values = Object.fromEntries(entries.filter(([name]) => !SECRET.includes(name)));
  const refuse: Refuse = (reason, status = 400) => fail(status, { form, values, problems: {}, ...reason });
  const result = v.safeParse(schema, raw);
  if (result.success) return { ok: true, values: result.output, refuse };
  const problems: FormState['problems'] = {};
  for (const issue of result.issues) {
    const field = String(issue.path?.[0]?.key ?? '');
    problems[field] ??= issue.message as Problem;
  }
  return { ok: false, failure: refuse({ problems }) };
}

/** A form as it came. 400 when the body is no form: that is the sender's mistake and not ours. */
export async function readFormData(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch (problem) {
    // The server's own limits on a body have a status of their own.
    if (!(problem instanceof TypeError)) throw problem;
    error(400, 'form');
  }
}

/** A form's answer when all went well and its page stays open. */
export function done(form: string): FormState {
  return { form, values: {}, problems: {}, done: true };
}

/** Minutes until a time (ms since 1970), at least one. */
export function minutesUntil(at: number): number {
  return Math.max(1, Math.ceil((at - Date.now()) / 60_000));
}
