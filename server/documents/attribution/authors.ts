import type { Database } from 'better-sqlite3';
import type { AuthorsMessage } from '#domain/authorship.ts';
import type { CreditedRange } from '../ledger/ledger.ts';

/** Who wrote which ids of a document: claims, and ranges credited to somebody else. Durable rows only. */
export class AuthorTable {
  readonly #clients;
  readonly #ranges;
  readonly #insert;

  constructor(sqlite: Database) {
    this.#clients = sqlite.prepare<[string], { client_id: number; person_id: string; organisation_id: string | null }>(
      'SELECT client_id, person_id, organisation_id FROM claim WHERE document_id = ? AND person_id IS NOT NULL',
    );
    this.#ranges = sqlite.prepare<
      [string],
      { client_id: number; clock: number; length: number; person_id: string | null; organisation_id: string | null }
    >(
      // Flags are nobody's, and no figure asks whose they are.
      `SELECT client_id, clock, length, person_id, organisation_id FROM provenance
       WHERE document_id = ? AND reason <> 'removal' ORDER BY client_id, clock`,
    );
    // The first credit stays, as in the rows of the ledger; a second one must not keep a document from being stored.
    this.#insert = sqlite.prepare<[string, number, number, number, string | null, string | null, string]>(
      `INSERT INTO provenance (document_id, client_id, clock, length, person_id, organisation_id, reason)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
  }

  /** The complete message; client ids that `wrote` denies (they were only present) are left out. */
  message(documentId: string, wrote: (clientId: number) => boolean = () => true): AuthorsMessage {
    return {
      clients: this.#clients
        .all(documentId)
        .filter((row) => wrote(row.client_id))
        .map((row) => [row.client_id, row.person_id, row.organisation_id]),
      ranges: this.#ranges
        .all(documentId)
        .map((row) => [row.client_id, row.clock, row.length, row.person_id, row.organisation_id]),
    };
  }

  insert(documentId: string, range: CreditedRange): void {
    this.#insert.run(documentId, ...range);
  }
}
