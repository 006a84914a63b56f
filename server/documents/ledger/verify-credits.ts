import type { Database } from 'better-sqlite3';
import type { CreditedRange } from './ledger.ts';

type Credit = [length: number, personId: string | null, organisationId: string | null, reason: string];

/** Compares the table of credits with what a ledger's rows say, credit by credit: there may be very many. */
export class CreditCheck {
  readonly #documentId: string;
  readonly #get;
  readonly #count;

  constructor(sqlite: Database, documentId: string) {
    this.#documentId = documentId;
    this.#get = sqlite
      .prepare<[string, number, number], Credit>(
        `SELECT length, person_id, organisation_id, reason FROM provenance
         WHERE document_id = ? AND client_id = ? AND clock = ?`,
      )
      .raw();
    this.#count = sqlite.prepare<[string], number>('SELECT count(*) FROM provenance WHERE document_id = ?').pluck();
  }

  /** How many of a row's credits are in the table, and whether all of them are, and say the same there. */
  compare(provenance: unknown): { found: number; isSame: boolean } {
    let found = 0;
    let isSame = true;
    try {
      for (const [client, clock, ...credit] of firstCredits(String(provenance))) {
        const stored = this.#get.get(this.#documentId, client, clock);
        if (stored) found++;
        if (JSON.stringify(stored) !== JSON.stringify(credit)) isSame = false;
      }
    } catch {
      // Whoever forged a whole ledger may have written anything.
      isSame = false;
    }
    return { found, isSame };
  }

  /** How many credits the table has. */
  count(): number {
    return this.#count.get(this.#documentId) ?? 0;
  }
}

/** The table keeps the first credit of an id. Rows do not share ids: each inserts new ones. */
function firstCredits(provenance: string): Iterable<CreditedRange> {
  const credits = new Map<string, CreditedRange>();
  for (const range of JSON.parse(provenance) as CreditedRange[]) {
    const id = `${range[0]}:${range[1]}`;
    if (!credits.has(id)) credits.set(id, range);
  }
  return credits.values();
}
