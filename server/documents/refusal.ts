import { CLOSE, type CloseCode, type CloseReason } from '#domain/sync.ts';

/** Why a connection is closed: a code, and a reason for programs; the app words it for people. */
export type Refusal = { code: CloseCode; reason: CloseReason };

/** What whoever writes inside this process gets when their change is refused, or cannot be stored. */
export class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`The change was refused: ${refusal.code} ${refusal.reason}`);
    this.refusal = refusal;
  }
}

export const REFUSAL = {
  malformed: { code: CLOSE.malformed, reason: 'malformed' },
  noSession: { code: CLOSE.noSession, reason: 'session' },
  role: { code: CLOSE.forbidden, reason: 'role' },
  member: { code: CLOSE.forbidden, reason: 'member' },
  clientId: { code: CLOSE.forbidden, reason: 'client-id' },
  noDocument: { code: CLOSE.noDocument, reason: 'document' },
  epoch: { code: CLOSE.outdated, reason: 'epoch' },
  schema: { code: CLOSE.outdated, reason: 'schema' },
  tooLarge: { code: CLOSE.malformed, reason: 'too-large' },
  failed: { code: CLOSE.failed, reason: 'failed' },
  restart: { code: CLOSE.restart, reason: 'restart' },
  later: { code: CLOSE.later, reason: 'later' },
} as const satisfies Record<string, Refusal>;
