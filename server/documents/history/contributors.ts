import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedRow } from '../ledger/chunk.ts';
import type { LedgerReader } from '../ledger/reader.ts';

type Known = { seq: number; people: ReadonlySet<string> };

/**
 * People with at least one insertion of their own in a document: none that undo, a copy or a move put there, and not
 * only removals. Read from the ledger once and then only its new rows.
 */
export class Contributors {
  readonly #reader: LedgerReader;
  readonly #known = new Map<string, Known>();

  constructor(reader: LedgerReader) {
    this.#reader = reader;
  }

  async of(documentId: string): Promise<ReadonlySet<string>> {
    const { seq, people } = this.#known.get(documentId) ?? { seq: 0, people: [] };
    const head = this.#reader.headSeq(documentId) ?? 0;
    const found = new Set(people);
    for (const slice of this.#reader.slices(documentId, seq + 1, head)) {
      for (const row of slice)
        if (row.actorId !== null && !found.has(row.actorId) && contributes(row)) found.add(row.actorId);
      await nextTurn();
    }
    this.#known.set(documentId, { seq: head, people: found });
    return found;
  }
}

function contributes({ kind, inserted, provenance }: RecordedRow): boolean {
  return kind === 'edit' && lengthOf(inserted) > lengthOf(provenance);
}

/** Sum of the lengths of ranges: JSON of [client, clock, length, …][]. */
function lengthOf(ranges: string): number {
  if (ranges === '[]') return 0;
  const list = JSON.parse(ranges) as [number, number, number, ...unknown[]][];
  return list.reduce((sum, [, , length]) => sum + length, 0);
}
