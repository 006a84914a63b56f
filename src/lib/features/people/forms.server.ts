import { error, fail, type ActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import {
  EMAIL_MAX,
  EmailInput,
  NameInput,
  NOTE_MAX,
  ORGANISATION_KINDS,
  PASSWORD_MAX,
  PasswordInput,
  SECTORS,
  type InputProblem,
} from '#domain/people.ts';
import { ROLES } from '#domain/rights.ts';
import { isProblem, type FormState } from './form-state.ts';
import { NO_ORGANISATION } from './invitation-choices.ts';

// What each form accepts. Pages never read form data in any other way.

const choice = 'choice_missing' satisfies InputProblem;

export const Role = v.picklist(ROLES, choice);
const Kind = v.picklist(ORGANISATION_KINDS, choice);
const Sector = v.picklist(SECTORS, choice);
/** An organisation's id, or the word for "none". */
export const OrganisationChoice = v.pipe(
  v.optional(v.string(choice), ''),
  v.nonEmpty(choice),
  v.transform((id) => (id === NO_ORGANISATION ? null : id)),
);
export const Note = v.pipe(
  v.optional(v.string(), ''),
  v.trim(),
  v.maxLength(NOTE_MAX, 'note_long' satisfies InputProblem),
);
export const Organisation = { name: NameInput, kind: Kind, sector: Sector };
/** A password that is checked, not chosen. */
const GivenPassword = v.pipe(
  v.optional(v.string(), ''),
  v.maxLength(PASSWORD_MAX, 'password_long' satisfies InputProblem),
);

export const SignInForm = v.object({
  email: v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.toLowerCase(),
    v.maxLength(EMAIL_MAX, 'email_invalid' satisfies InputProblem),
  ),
  password: GivenPassword,
});
export const AccountForm = v.object({ name: NameInput, email: EmailInput, password: PasswordInput });
export const PasswordForm = v.object({ present: GivenPassword, password: PasswordInput });

/** Characters of a form. The largest of ours has a name, an e-mail, a note and a password, at three for each letter. */
const FORM_MAX = 16 * 1024;

const SECRET = ['password', 'present'];

type Answer<T> = { ok: true; values: T; refuse: Refuse } | { ok: false; failure: ActionFailure<FormState> };
export type Refuse = (reason: Partial<FormState>, status?: number) => ActionFailure<FormState>;

/**
 * Reads a form; `failure` is the action's answer when something in it is wrong, `refuse` makes one for later problems.
 */
export async function readForm<T>(
  request: Request,
  form: string,
  schema: v.GenericSchema<unknown, T> & { entries: object },
): Promise<Answer<T>> {
  const raw = await readFields(request, Object.keys(schema.entries));
  const values = Object.fromEntries(Object.entries(raw).filter(([name]) => !SECRET.includes(name)));
  const refuse: Refuse = (reason, status = 400) => fail(status, { form, values, problems: {}, ...reason });
  const result = v.safeParse(schema, raw);
  if (result.success) return { ok: true, values: result.output, refuse };
  const problems: FormState['problems'] = {};
  for (const issue of result.issues) {
    const field = String(issue.path?.[0]?.key ?? '');
    problems[field] ??= isProblem(issue.message) ? issue.message : choice;
  }
  return { ok: false, failure: refuse({ problems }) };
}

/**
 * The fields of a form that are asked for, as they came; of one that came twice, the last. 400 when the body is no form
 * as browsers send ours, 413 when it is larger than any of ours: that is the sender's mistake and not ours.
 */
export async function readFields(request: Request, names: readonly string[]): Promise<Record<string, string>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') error(400, 'form');
  const body = await request.text().catch((problem: unknown) => {
    // Whoever went away before the end. The server's own limit on a body has a status of its own.
    if (problem instanceof Error && 'code' in problem && problem.code === 'ECONNRESET') error(400, 'form');
    throw problem;
  });
  if (body.length > FORM_MAX) error(413, 'form');
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(body)) if (names.includes(name)) fields[name] = value;
  return fields;
}

/** A form's answer when all went well and its page stays open. */
export function done(form: string): FormState {
  return { form, values: {}, problems: {}, done: true };
}

/** Minutes until a time (ms since 1970), at least one. */
export function minutesUntil(at: number): number {
  return Math.max(1, Math.ceil((at - Date.now()) / 60_000));
}
