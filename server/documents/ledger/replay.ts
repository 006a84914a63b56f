import * as Y from 'yjs';
import type { RecordedRow } from './chunk.ts';

/**
 * Puts a state, if there is one to begin from, and what rows changed since into a document, in one transaction and
 * without the tidying that Yjs does after others' changes: a document is what its rows say (SPEC.md, L3).
 * To be followed by `checkWhole` when all of it is in.
 */
export function replay(doc: Y.Doc, state: Uint8Array | null, rows: Iterable<RecordedRow>): void {
  doc.transact((transaction) => {
    if (state) Y.applyUpdate(doc, state);
    for (const { kind, bytes } of rows) if (kind !== 'claim') Y.applyUpdate(doc, bytes);
    transaction.local = true;
  });
}

/** @throws when something in a document that was replayed depends on what is not there */
export function checkWhole({ store }: Y.Doc): void {
  if (store.pendingStructs || store.pendingDs) throw new Error('Something in it depends on what is not there');
}
