import * as Y from 'yjs';
import { deletedStructs } from '../ids/structs.ts';
import type { DeletedRange, IdRange } from '../ledger/ledger.ts';

/** What a transaction changed, by Yjs ids. */
export type Attribution = { inserted: IdRange[]; deleted: DeletedRange[] };

/**
 * Applies an update and says what it changed. Ranges come from the transaction itself: inserted from the state before
 * and after, deleted from its delete set, which also holds what a concurrent overwrite deletes and is empty for
 * deletions that are known already. Deleted text is read before Yjs collects it; `inspect` may read more then.
 */
export function applyUpdate(
  doc: Y.Doc,
  bytes: Uint8Array,
  inspect: (transaction: Y.Transaction, attribution: Attribution) => void,
): Attribution {
  return attribute(
    doc,
    (transaction) => {
      Y.applyUpdate(doc, bytes);
      // Yjs tidies formatting after remote changes by deletions of its own; the document must be what the ledger says.
      transaction.local = true;
    },
    inspect,
  );
}

/** Runs `change` as one transaction and says what it changed, and what `change` returned. */
export function attribute<T>(
  doc: Y.Doc,
  change: (transaction: Y.Transaction) => T,
  inspect: (transaction: Y.Transaction, attribution: Attribution) => void,
): Attribution & { result: T } {
  let attribution: Attribution = { inserted: [], deleted: [] };
  const read = (transaction: Y.Transaction) => {
    attribution = { inserted: insertedRanges(transaction), deleted: deletedRanges(transaction) };
    inspect(transaction, attribution);
  };
  doc.once('afterTransaction', read);
  try {
    const result = doc.transact(change);
    return { ...attribution, result };
  } finally {
    doc.off('afterTransaction', read);
  }
}

function insertedRanges(transaction: Y.Transaction): IdRange[] {
  const ranges: IdRange[] = [];
  for (const [client, after] of transaction.afterState) {
    const before = transaction.beforeState.get(client) ?? 0;
    if (after > before) ranges.push([client, before, after - before]);
  }
  return ranges;
}

function deletedRanges(transaction: Y.Transaction): DeletedRange[] {
  const ranges: DeletedRange[] = [];
  for (const struct of deletedStructs(transaction)) {
    const text = struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : null;
    addRange(ranges, [struct.id.client, struct.id.clock, struct.length, text]);
  }
  return ranges;
}

/** Joins a range to the last one where they touch and are of one sort. */
function addRange(ranges: DeletedRange[], range: DeletedRange): void {
  const last = ranges.at(-1);
  const touches = last && last[0] === range[0] && last[1] + last[2] === range[1];
  if (!touches || (last[3] === null) !== (range[3] === null)) {
    ranges.push(range);
    return;
  }
  last[2] += range[2];
  if (last[3] !== null && range[3] !== null) last[3] += range[3];
}
