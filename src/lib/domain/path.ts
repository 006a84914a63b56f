import * as Y from 'yjs';

/**
 * Where a type lives in its document, as keys from the root: ['actions', <id>, 'title'].
 * Types inside sequences (there are none in a plan) and types that were removed have no path: null.
 */
export function pathOf<E>(type: Y.AbstractType<E>): string[] | null {
  const path: string[] = [];
  let at = type as Y.AbstractType<unknown>;
  while (at._item) {
    const { parent, parentSub, deleted } = at._item;
    if (deleted || parentSub === null || !(parent instanceof Y.AbstractType)) return null;
    path.unshift(parentSub);
    at = parent;
  }
  if (!at.doc) return null;
  path.unshift(Y.findRootTypeKey(at));
  return path;
}
