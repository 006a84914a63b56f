/** Why the server did not do what a person asked for; pages and commands put it into words. */
export type RefusalCode =
  | 'email-taken'
  | 'organisation-taken'
  | 'unknown-organisation'
  | 'unknown-member'
  | 'last-coordinator'
  | 'already-member'
  | 'former-member'
  | 'coordinator-for-many'
  | 'setup-link-invalid';

/** An honest "no" to a well-formed request. Nothing was changed. */
export class Refused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}
