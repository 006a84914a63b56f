import type * as Y from 'yjs';
import { pathOf } from '#domain/path.ts';

/** Which field of which item a type is, as presence names it: {item: <action id>, field: 'funding/<id>/note'}. */
export function placeOf<E>(type: Y.AbstractType<E>): { item: string; field: string } | null {
  const path = pathOf(type);
  if (!path || path.length < 2) return null;
  if (path[0] === 'meta') return { item: 'plan', field: path.slice(1).join('/') };
  return { item: path[1] ?? '', field: path.slice(2).join('/') };
}
