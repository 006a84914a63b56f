import * as v from 'valibot';
import type { Browser } from './browser.ts';
import type { Role } from './rights.ts';

export const ORGANISATION_KINDS = [
  'municipality',
  'association',
  'foundation',
  'community',
  'business',
  'institution',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

export const SECTORS = ['public', 'civic', 'business'] as const;
export type Sector = (typeof SECTORS)[number];

/** The sector that organisations of a kind mostly belong to: a first suggestion, people decide. */
export function usualSector(kind: OrganisationKind): Sector {
  if (kind === 'municipality' || kind === 'institution') return 'public';
  return kind === 'business' ? 'business' : 'civic';
}

export type OrganisationView = { id: string; name: string; kind: OrganisationKind; sector: Sector };

/** A person of a workspace as the others see them. `mark` numbers their author mark (hue and pattern). */
export type MemberView = {
  id: string;
  name: string;
  role: Role;
  organisation: string | null;
  mark: number;
  /** Removed from the workspace; still named as an author. */
  ended: boolean;
};

/** Where somebody is signed in, as they see it. Times in ms since 1970. */
export type SessionView = {
  id: string;
  browser: Browser;
  since: number;
  /** To within some minutes. */
  lastUsedAt: number;
  /** The browser that asks. */
  here: boolean;
};

export type InvitationState = 'open' | 'used' | 'expired' | 'revoked';

/** What became of the letter with an invitation. */
export type InvitationMail = {
  email: string;
  state: 'waiting' | 'sent' | 'failed';
  /** Why it could not be sent: the address is refused, or the mail server cannot be used. */
  problem: 'address' | 'server' | null;
  /** When it was sent (ms since 1970), or else when the next attempt is due. */
  at: number;
};

/** An invitation as coordinators see it. Times in ms since 1970. */
export type InvitationView = {
  id: string;
  state: InvitationState;
  role: Role;
  /** Name of the organisation. */
  organisation: string | null;
  note: string;
  /** How many people may use it; null: as many as want to. */
  places: number | null;
  createdAt: number;
  expiresAt: number;
  /** Who came in through it, the first first. */
  uses: { name: string; at: number }[];
  /** Null: its link is passed on by hand. */
  mail: InvitationMail | null;
};

/** Problems that a person can have with what they typed; pages and commands put them into words. */
export type InputProblem =
  'name_missing' | 'name_long' | 'email_invalid' | 'password_short' | 'password_long' | 'choice_missing' | 'note_long';

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 200;
export const NAME_MAX = 120;
export const EMAIL_MAX = 254;
export const NOTE_MAX = 200;

const problem = (code: InputProblem) => code;

/**
 * A name as it is seen, in one form of its letters. What cannot be seen, or turns the direction of what follows, would
 * let one name pass for another; it goes first, for it may keep a letter and its mark apart.
 */
function asSeen(name: string): string {
  return name
    .replace(/[\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/gu, '')
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** Equal for names that people take for one, also for names that were stored in another form. */
export function nameKey(name: string): string {
  return asSeen(name).toLocaleLowerCase('lv');
}

/** Name of a person, an organisation or a workspace: something that can be read aloud. */
export const NameInput = v.pipe(
  v.string(problem('name_missing')),
  v.transform(asSeen),
  v.regex(/[\p{L}\p{N}]/u, problem('name_missing')),
  v.maxLength(NAME_MAX, problem('name_long')),
);

/** E-mail address, in the one form in which it is stored and looked up. */
export const EmailInput = v.pipe(
  v.string(problem('email_invalid')),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(EMAIL_MAX, problem('email_invalid')),
  v.regex(/^[^\s@<>()"]+@[^\s@<>()"]+\.[^\s@<>()".]+$/u, problem('email_invalid')),
);

/** A password that somebody chooses. */
export const PasswordInput = v.pipe(
  v.string(problem('password_short')),
  v.minLength(PASSWORD_MIN, problem('password_short')),
  v.maxLength(PASSWORD_MAX, problem('password_long')),
);

/** One or two letters for an author mark: first letters of the first and the last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .map((word) => (word ? [...word][0] : ''))
    .join('')
    .toLocaleUpperCase('lv');
}
