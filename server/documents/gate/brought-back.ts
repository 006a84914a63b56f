import * as Y from 'yjs';
import type { List } from './structs.ts';

/**
 * Whether a type stands in an item that took the place of an earlier one under its key: undo brings deleted items back
 * so. Yjs looks for the neighbours of their texts' characters one by one, by way of the copies that earlier undos made,
 * and can come to a left neighbour that stands behind the right one, or is the very same.
 */
export function isBroughtBack(type: List['type'] | Y.Text): boolean {
  if (typeof type === 'string') return false;
  if (!(type instanceof Y.AbstractType)) {
    const { list, leftClient } = type;
    return list !== null && ((list.key !== null && leftClient !== -1) || isBroughtBack(list.type));
  }
  const item = type._item;
  if (!item) return false;
  if (item.parentSub !== null && item.origin !== null) return true;
  return item.parent instanceof Y.AbstractType && isBroughtBack(item.parent);
}
