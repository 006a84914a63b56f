import type { Database } from 'better-sqlite3';
import * as Y from 'yjs';
import { firstWhere } from '#domain/sorted.ts';
import { deletedStructs } from '../ids/structs.ts';

// What was deleted, by the ids it had. Yjs forgets it; to see that it comes back, the server must not.

type Id = [client: number, clock: number];

/** The content of a deleted range of ids. */
export type DeletedContent =
  | { kind: 'text'; text: string; by: string | null }
  /** A field: its value as JSON. `by`: the person who overwrote or deleted it. */
  | { kind: 'value'; json: string; by: string | null }
  /** An item: which ids its fields had last. `before`: what had stood under its own key, also below. */
  | { kind: 'map'; fields: Record<string, Id>; before?: Id }
  /**
   * A whole text that went with its item: its ids in reading order, also of what had been deleted before (not live).
   */
  | { kind: 'sequence'; runs: SequenceRun[]; before?: Id };

type SequenceRun = [client: number, clock: number, length: number, live: boolean];

export type Deleted = { client: number; clock: number; length: number; content: DeletedContent };

/** Reads what a transaction deleted. To be called before Yjs collects it. */
export function readDeleted(transaction: Y.Transaction, by: string | null): Deleted[] {
  const found: Deleted[] = [];
  for (const struct of deletedStructs(transaction)) {
    if (!(struct instanceof Y.Item)) continue;
    const { id, length, content, parentSub } = struct;
    if (content instanceof Y.ContentAny && parentSub !== null) {
      for (const [i, value] of content.arr.entries()) {
        found.push({
          ...id,
          clock: id.clock + i,
          length: 1,
          content: { kind: 'value', json: JSON.stringify(value), by },
        });
      }
      continue;
    }
    const deleted = contentOf(struct, transaction, by);
    if (deleted) found.push({ ...id, length, content: deleted });
  }
  return found;
}

function contentOf(item: Y.Item, transaction: Y.Transaction, by: string | null): DeletedContent | null {
  const { content } = item;
  if (content instanceof Y.ContentString) return { kind: 'text', text: content.str, by };
  if (!(content instanceof Y.ContentType)) return null;
  const whole = content.type instanceof Y.Text ? readText(content.type, transaction) : readFields(content.type);
  return item.origin ? { ...whole, before: [item.origin.client, item.origin.clock] } : whole;
}

function readText(text: Y.Text, transaction: Y.Transaction): Extract<DeletedContent, { kind: 'sequence' }> {
  const runs: SequenceRun[] = [];
  for (let item = text._start; item !== null; item = item.right) {
    const live = item.content instanceof Y.ContentString && Y.isDeleted(transaction.deleteSet, item.id);
    if (live || item.content instanceof Y.ContentDeleted) runs.push([item.id.client, item.id.clock, item.length, live]);
  }
  return { kind: 'sequence', runs };
}

function readFields<E>(map: Y.AbstractType<E>): Extract<DeletedContent, { kind: 'map' }> {
  const fields: Record<string, Id> = {};
  for (const [key, item] of map._map) fields[key] = [item.id.client, item.lastId.clock];
  return { kind: 'map', fields };
}

/** The table of deleted content. Derived from the ledger and written in the same transaction. */
export class DeletedTable {
  readonly #insert;
  readonly #covering;

  constructor(sqlite: Database) {
    this.#insert = sqlite.prepare<[string, number, number, number, string]>(
      `INSERT INTO deleted_text (document_id, client_id, clock, length, text) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET length = excluded.length, text = excluded.text`,
    );
    this.#covering = sqlite.prepare<[string, number, number], { clock: number; length: number; text: string }>(
      `SELECT clock, length, text FROM deleted_text WHERE document_id = ? AND client_id = ? AND clock <= ?
       ORDER BY clock DESC LIMIT 1`,
    );
  }

  insert(documentId: string, { client, clock, length, content }: Deleted): void {
    this.#insert.run(documentId, client, clock, length, JSON.stringify(content));
  }

  find(documentId: string, client: number, clock: number): Deleted | null {
    const row = this.#covering.get(documentId, client, clock);
    if (!row || row.clock + row.length <= clock) return null;
    return { client, clock: row.clock, length: row.length, content: JSON.parse(row.text) as DeletedContent };
  }
}

/** Deleted content of one document, with what is not durable yet. */
export class DeletedContents {
  readonly #documentId: string;
  readonly #table: DeletedTable;
  /** By client, sorted by clock. */
  readonly #pending = new Map<number, Deleted[]>();
  /** Whoever asks for one id of a range mostly asks for others of it. */
  #found: Deleted | null = null;

  constructor(documentId: string, table: DeletedTable) {
    this.#documentId = documentId;
    this.#table = table;
  }

  add(deleted: readonly Deleted[]): void {
    this.#found = null;
    for (const entry of deleted) {
      const entries = this.#pending.get(entry.client) ?? [];
      this.#pending.set(entry.client, entries);
      const { clock } = entry;
      entries.splice(
        firstWhere(entries, (other) => other.clock > clock),
        0,
        entry,
      );
    }
  }

  *pending(): Iterable<Deleted> {
    for (const entries of this.#pending.values()) yield* entries;
  }

  /** Everything that was pending is in the table. */
  committed(): void {
    this.#pending.clear();
  }

  /** What covers an id; null when it is not deleted or was never known. */
  find(client: number, clock: number): Deleted | null {
    if (this.#found && covers(this.#found, client, clock)) return this.#found;
    const entries = this.#pending.get(client) ?? [];
    const last = entries[firstWhere(entries, (entry) => entry.clock > clock) - 1];
    const pending = last && covers(last, client, clock) ? last : null;
    return (this.#found = pending ?? this.#table.find(this.#documentId, client, clock));
  }

  /** The text that the ids (client, clock) … had, as far as it is known, at most `length` units. */
  text(client: number, clock: number, length: number): string {
    let text = '';
    while (text.length < length) {
      const at = clock + text.length;
      const entry = this.find(client, at);
      if (entry?.content.kind !== 'text') break;
      text += entry.content.text.slice(at - entry.clock);
    }
    return text.slice(0, length);
  }
}

function covers(deleted: Deleted, client: number, clock: number): boolean {
  return deleted.client === client && deleted.clock <= clock && clock < deleted.clock + deleted.length;
}
