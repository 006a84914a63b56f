import { NAME_MAX, NOTE_MAX, PASSWORD_MAX, PASSWORD_MIN, type InputProblem } from '#domain/people.ts';
import { m } from '#lib/i18n/paraglide/messages.js';

/** Everything that can be wrong with a form. */
export type Problem =
  | InputProblem
  | 'credentials_wrong'
  | 'present_wrong'
  | 'too_many'
  | 'email_taken'
  | 'join_failed'
  | 'organisation_taken'
  | 'last_coordinator'
  | 'coordinator_for_many'
  | 'former_member'
  | 'unknown';

/** What a form's action answers with, when it does not lead to another page. */
export type FormState = {
  /** Which form of the page was sent. */
  form: string;
  /** What was typed, to be shown again; never passwords. */
  values: Partial<Record<string, string>>;
  /** By field. */
  problems: Partial<Record<string, Problem>>;
  /** Of the form as a whole. */
  problem?: Problem;
  /** With `too_many`: how long to wait. */
  minutes?: number;
  done?: boolean;
  /** A fresh invitation's path. */
  path?: string;
};

const TEXTS: Record<Problem, (minutes: number) => string> = {
  name_missing: () => m.people_problem_name_missing(),
  name_long: () => m.people_problem_name_long({ max: NAME_MAX }),
  email_invalid: () => m.people_problem_email_invalid(),
  password_short: () => m.people_problem_password_short({ min: PASSWORD_MIN }),
  password_long: () => m.people_problem_password_long({ max: PASSWORD_MAX }),
  choice_missing: () => m.people_problem_choice_missing(),
  note_long: () => m.people_problem_note_long({ max: NOTE_MAX }),
  credentials_wrong: () => m.people_problem_credentials_wrong(),
  present_wrong: () => m.people_problem_present_wrong(),
  too_many: (minutes) => m.people_problem_too_many({ count: minutes }),
  email_taken: () => m.people_problem_email_taken(),
  join_failed: () => m.people_problem_join_failed(),
  organisation_taken: () => m.people_problem_organisation_taken(),
  last_coordinator: () => m.people_problem_last_coordinator(),
  coordinator_for_many: () => m.people_problem_coordinator_for_many(),
  former_member: () => m.people_problem_former_member(),
  unknown: () => m.people_problem_unknown(),
};

/** Whether a word names something that can be wrong with a form. */
export function isProblem(word: string): word is Problem {
  return Object.hasOwn(TEXTS, word);
}

/** A problem in words. */
function problemText(problem: Problem, minutes = 1): string {
  return TEXTS[problem](minutes);
}

/** What the fields of one form of a page show: `state` may belong to another form of the same page. */
export function fieldsOf(state: FormState | null | undefined, form: string) {
  const mine = state?.form === form ? state : null;
  return {
    value: (name: string) => mine?.values[name] ?? '',
    error: (name: string) => {
      const problem = mine?.problems[name];
      return problem ? problemText(problem, mine?.minutes) : null;
    },
    /** Problem of the form as a whole, in words. */
    problem: mine?.problem ? problemText(mine.problem, mine.minutes) : null,
    done: mine?.done ?? false,
  };
}
