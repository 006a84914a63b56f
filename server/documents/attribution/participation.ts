import type { Database } from 'better-sqlite3';
import type { Actor } from '../actor.ts';

/** Who opened which document: the participants. */
export class Participations {
  readonly #has;
  readonly #insert;

  constructor(sqlite: Database) {
    this.#has = sqlite.prepare<[string, string]>('SELECT 1 FROM participation WHERE document_id = ? AND person_id = ?');
    this.#insert = sqlite.prepare<[string, string, string | null, number]>(
      `INSERT INTO participation (document_id, person_id, organisation_id, opened_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
  }

  has(documentId: string, personId: string): boolean {
    return this.#has.get(documentId, personId) !== undefined;
  }

  insert(documentId: string, actor: Actor, at: number): void {
    this.#insert.run(documentId, actor.personId, actor.organisationId, at);
  }
}
