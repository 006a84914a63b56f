import { and, asc, eq, gt, isNotNull, ne } from 'drizzle-orm';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Db } from '../db/client.ts';
import { ledger } from '../db/schema.ts';

const ROWS_AT_ONCE = 2000;

type Known = { seq: number; people: Set<string> };

/**
 * People with at least one insertion of their own in a document: no undo, copy or import, and not only removals. Read from the ledger once
 * and then only its new rows.
 */
export function createContributors(db: Db) {
  const known = new Map<string, Known>();

  return async function contributors(documentId: string): Promise<ReadonlySet<string>> {
    const { seq, people } = known.get(documentId) ?? { seq: 0, people: new Set<string>() };
    const found = new Set(people);
    let last = seq;
    for (;;) {
      const rows = db.orm
        .select({ seq: ledger.seq, actor: ledger.actorId, inserted: ledger.inserted, provenance: ledger.provenance })
        .from(ledger)
        .where(
          and(
            eq(ledger.documentId, documentId),
            gt(ledger.seq, last),
            eq(ledger.kind, 'edit'),
            isNotNull(ledger.actorId),
            ne(ledger.inserted, '[]'),
          ),
        )
        .orderBy(asc(ledger.seq))
        .limit(ROWS_AT_ONCE)
        .all();
      for (const { seq, actor, inserted, provenance } of rows) {
        last = seq;
        if (actor !== null && !found.has(actor) && lengthOf(inserted) > lengthOf(provenance)) found.add(actor);
      }
      if (rows.length < ROWS_AT_ONCE) break;
      await breathe();
    }
    known.set(documentId, { seq: last, people: found });
    return found;
  };
}

/** Sum of the lengths of ranges: JSON of [client, clock, length, …][]. */
function lengthOf(ranges: string): number {
  const list = JSON.parse(ranges) as [number, number, number, ...unknown[]][];
  return list.reduce((sum, [, , length]) => sum + length, 0);
}
