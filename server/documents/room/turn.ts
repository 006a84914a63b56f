import type { AuthorsMessage } from '#domain/authorship.ts';
import type { Claim } from '../attribution/claims.ts';
import type { Actor } from '../actor.ts';
import type { Change } from './peer.ts';
import type { CreditedRange, LedgerEntry } from '../ledger/ledger.ts';

/** What happened in a room and is not durable yet, and what is to be shown when it is. */
export class Turn {
  readonly entries: LedgerEntry[] = [];
  readonly claims: Claim[] = [];
  /** Owners of client ids that wrote for the first time. */
  readonly writers: Claim[] = [];
  /** Who opened the document for the first time. */
  readonly participants: Actor[] = [];
  /** To be shown to everybody but their writers. */
  readonly changes: Change[] = [];
  /** What else follows, in order. */
  readonly effects: (() => void)[] = [];
  /** Bytes of the changes. */
  bytes = 0;

  get isEmpty(): boolean {
    return this.entries.length === 0 && this.participants.length === 0;
  }

  append(entry: LedgerEntry): void {
    this.entries.push(entry);
    this.bytes += entry.bytes.length;
  }

  /** Whether a client id is claimed here for the first time. */
  claimed(clientId: number): boolean {
    return this.claims.some((claim) => claim.clientId === clientId);
  }

  get provenance(): CreditedRange[] {
    return this.entries.flatMap((entry) => entry.provenance);
  }

  /** What is new about who wrote what: a client id that has written nothing is of no interest. */
  authors(): AuthorsMessage {
    return { clients: this.writers.flatMap(asClient), ranges: this.provenance.flatMap(asRange) };
  }
}

export function asClient({ clientId, personId, organisationId }: Claim): AuthorsMessage['clients'] {
  return personId === null ? [] : [[clientId, personId, organisationId]];
}

function asRange(range: CreditedRange): AuthorsMessage['ranges'] {
  const [client, clock, length, personId, organisationId, reason] = range;
  return reason === 'removal' ? [] : [[client, clock, length, personId, organisationId]];
}
