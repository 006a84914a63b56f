import { CLOSE, type CloseCode, type CloseReason } from '#domain/sync.ts';

/** Why a connection is closed: a code, and a reason for programs; the app words it for people. */
export type Refusal = { code: CloseCode; reason: CloseReason };

export const REFUSAL = {
  malformed: { code: CLOSE.malformed, reason: 'malformed' },
  noSession: { code: CLOSE.noSession, reason: 'session' },
  role: { code: CLOSE.forbidden, reason: 'role' },
  member: { code: CLOSE.forbidden, reason: 'member' },
  clientId: { code: CLOSE.forbidden, reason: 'client-id' },
  noDocument: { code: CLOSE.noDocument, reason: 'document' },
  schema: { code: CLOSE.outdated, reason: 'schema' },
  failed: { code: CLOSE.failed, reason: 'failed' },
  restart: { code: CLOSE.restart, reason: 'restart' },
  later: { code: CLOSE.later, reason: 'later' },
} as const satisfies Record<string, Refusal>;
