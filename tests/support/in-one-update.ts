import * as Y from 'yjs';

/** Writes much at once, as somebody does who comes back with it: it reaches a document as one update. */
export function inOneUpdate(doc: Y.Doc, write: (copy: Y.Doc) => void): void {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  write(copy);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy, Y.encodeStateVector(doc)));
}
