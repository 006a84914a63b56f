import * as Y from 'yjs';

// What Yjs keeps under ids. A transaction's deleted text is there only until its end.

/** The structs that hold the ids (client, clock) … (client, clock + length - 1), whole ones, in order. */
export function structsIn(doc: Y.Doc, client: number, clock: number, length: number): (Y.Item | Y.GC)[] {
  const structs = doc.store.clients.get(client);
  if (!structs) return [];
  const found: (Y.Item | Y.GC)[] = [];
  for (let i = Y.findIndexSS(structs, clock); i < structs.length; i++) {
    const struct = structs[i];
    if (!struct || struct.id.clock >= clock + length) break;
    found.push(struct);
  }
  return found;
}

/** The structs that a transaction deleted. To be asked before Yjs collects them. */
export function* deletedStructs({ doc, deleteSet }: Y.Transaction): Generator<Y.Item | Y.GC> {
  for (const [client, ranges] of deleteSet.clients) {
    for (const { clock, len } of ranges) yield* structsIn(doc, client, clock, len);
  }
}

/** Whether a struct came in with a transaction. */
export function isNewIn({ beforeState }: Y.Transaction, { id }: Y.Item | Y.GC): boolean {
  return id.clock >= (beforeState.get(id.client) ?? 0);
}
