import { CLOSE } from '#domain/sync.ts';

/** Why an update is refused; each word belongs to one close code. */
const CODES = {
  malformed: CLOSE.malformed,
  'not-allowed': CLOSE.malformed,
  'too-large': CLOSE.malformed,
  'client-id': CLOSE.forbidden,
  'server-only': CLOSE.forbidden,
} as const;
export type RefusalReason = keyof typeof CODES;

export type Refusal = {
  kind: 'refused';
  code: (typeof CODES)[RefusalReason];
  reason: RefusalReason;
  /** The rule of SPEC.md and what broke it, for the log. Holds nothing that a person wrote. */
  detail: string;
};

/** Ends an inspection. Never leaves the gate. */
export class Violation extends Error {
  readonly refusal: Refusal;

  constructor(reason: RefusalReason, detail: string) {
    super(detail);
    this.refusal = { kind: 'refused', code: CODES[reason], reason, detail };
  }
}
