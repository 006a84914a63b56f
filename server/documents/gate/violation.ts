import { CLOSE } from '#domain/sync.ts';

/** Why an update is refused; each word belongs to one close code. */
const CODES = {
  malformed: CLOSE.malformed,
  'not-allowed': CLOSE.malformed,
  'too-large': CLOSE.malformed,
  'client-id': CLOSE.forbidden,
  'server-only': CLOSE.forbidden,
} as const;
type Reason = keyof typeof CODES;

export type Refused = {
  kind: 'refused';
  code: (typeof CODES)[Reason];
  reason: Reason;
  /** The rule of SPEC.md and what broke it, for the log. Holds nothing that a person wrote. */
  detail: string;
};

/** Ends an inspection. Never leaves the gate. */
export class Violation extends Error {
  readonly refusal: Refused;

  constructor(reason: Reason, detail: string) {
    super(detail);
    this.refusal = { kind: 'refused', code: CODES[reason], reason, detail };
  }
}
