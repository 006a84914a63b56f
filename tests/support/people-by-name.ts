import type { Role } from '#domain/rights.ts';
import type { Db } from '#server/db/client.ts';
import type { Access, Directory } from '#server/documents/documents.ts';

/** People by name: a session is the cookie `person=<name>`. */
export class PeopleByName implements Directory {
  db: Db | null = null;
  readonly #members = new Map<string, Access>();
  readonly #signedOut = new Set<string>();

  /** Adds or changes a member; also a row, for participation refers to it. */
  set(personId: string, role: Role = 'editor', organisationId: string | null = 'org'): void {
    this.db?.sqlite
      .prepare('INSERT OR IGNORE INTO person (id, email, name, created_at) VALUES (?, ?, ?, 0)')
      .run(personId, `${personId}@example.org`, personId);
    const mark = this.#members.get(personId)?.mark ?? this.#members.size;
    this.#members.set(personId, { role, organisationId, name: personId, mark });
  }

  remove(personId: string): void {
    this.#members.delete(personId);
  }

  signOut(personId: string): void {
    this.#signedOut.add(personId);
  }

  async identify(cookie: string | undefined) {
    const personId = cookie?.match(/person=([\w-]+)/)?.[1];
    return personId ? { personId, sessionKey: personId } : null;
  }

  async isLive(sessionKey: string) {
    return !this.#signedOut.has(sessionKey);
  }

  async access(personId: string, documentId: string) {
    const row = this.db?.sqlite.prepare('SELECT 1 FROM document WHERE id = ?').get(documentId);
    if (!row) return 'no-document' as const;
    return this.#members.get(personId) ?? null;
  }
}
