import type { Database } from 'better-sqlite3';

/** Whom a Yjs client id belongs to for ever; person null: the server itself. */
export type Owner = { personId: string | null; organisationId: string | null };

export type Claim = Owner & { clientId: number; at: number };

const DAY_MS = 24 * 60 * 60 * 1000;

/** The table of claims. It is derived from the claim rows of the ledger and written in the same transaction. */
export class ClaimTable {
  readonly #all;
  readonly #insert;

  constructor(sqlite: Database) {
    this.#all = sqlite.prepare<
      [string],
      { client_id: number; person_id: string | null; organisation_id: string | null; at: number }
    >('SELECT client_id, person_id, organisation_id, at FROM claim WHERE document_id = ? ORDER BY at, client_id');
    this.#insert = sqlite.prepare<[string, number, string | null, string | null, number]>(
      'INSERT INTO claim (document_id, client_id, person_id, organisation_id, at) VALUES (?, ?, ?, ?, ?)',
    );
  }

  all(documentId: string): Claim[] {
    return this.#all.all(documentId).map((row) => ({
      clientId: row.client_id,
      personId: row.person_id,
      organisationId: row.organisation_id,
      at: row.at,
    }));
  }

  insert(documentId: string, claim: Claim): void {
    this.#insert.run(documentId, claim.clientId, claim.personId, claim.organisationId, claim.at);
  }
}

/** The claims of one open document, with those that are not durable yet. */
export class Claims {
  readonly #owners = new Map<number, Owner>();
  /** Times of each person's claims. */
  readonly #times = new Map<string, number[]>();

  constructor(claims: readonly Claim[]) {
    for (const claim of claims) this.add(claim);
  }

  /** The server's own client id. */
  get server(): number | null {
    for (const [clientId, owner] of this.#owners) if (owner.personId === null) return clientId;
    return null;
  }

  owner(clientId: number): Owner | null {
    return this.#owners.get(clientId) ?? null;
  }

  add(claim: Claim): void {
    this.#owners.set(claim.clientId, { personId: claim.personId, organisationId: claim.organisationId });
    if (claim.personId === null) return;
    const times = this.#times.get(claim.personId) ?? [];
    this.#times.set(claim.personId, times);
    times.push(claim.at);
  }

  /** How many client ids a person claimed here within the last day. */
  countRecent(personId: string, now: number): number {
    // A clock that ran ahead and was put right has left times that are still to come.
    return (this.#times.get(personId) ?? []).filter((at) => now - DAY_MS < at && at <= now).length;
  }
}
