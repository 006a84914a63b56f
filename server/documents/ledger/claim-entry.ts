import type { Claim } from '../attribution/claims.ts';
import type { LedgerEntry } from './ledger.ts';

/** The row that says whose a client id is. */
export function claimEntry(
  { clientId, personId, organisationId, at }: Claim,
  connectionId: string | null = null,
): LedgerEntry {
  return {
    actorId: personId,
    organisationId,
    connectionId,
    at,
    kind: 'claim',
    bytes: Buffer.from(String(clientId)),
    inserted: [],
    deleted: [],
    provenance: [],
  };
}

/** The client id that the bytes of such a row claim. */
export function claimedClientId(bytes: Buffer): number {
  return Number(bytes.toString());
}
