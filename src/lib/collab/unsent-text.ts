import * as Y from 'yjs';
import { isRemoved } from '#domain/plan/read.ts';

/** Words of a person that the server does not have: the item they belong to, and the text as it stands here. */
export type UnsentText = { place: string; item: string; text: string };

/**
 * The texts at places that wait ('actions/<id>/title', or 'actions/<id>' for a new item with everything in it). Values
 * that are no text (a status, a date) are left out, and so is what was removed.
 */
export function unsentText(doc: Y.Doc, places: readonly string[]): UnsentText[] {
  return places.flatMap((place) => {
    const [root = '', ...path] = place.split('/');
    const top: unknown = doc.getMap(root);
    const item = root === 'meta' ? top : step(top, path[0]);
    const text = texts(path.reduce<unknown>(step, top)).join('\n').trim();
    return text ? [{ place, item: titleOf(item), text }] : [];
  });
}

function step(type: unknown, key: string | undefined): unknown {
  return isThere(type) && key !== undefined ? type.get(key) : undefined;
}

function texts(type: unknown): string[] {
  if (type instanceof Y.Text) return [type.toString().trimEnd()];
  if (isThere(type)) return [...type.values()].flatMap(texts);
  return [];
}

function isThere(type: unknown): type is Y.Map<unknown> {
  return type instanceof Y.Map && !isRemoved(type as Y.Map<unknown>);
}

export function titleOf(item: unknown): string {
  const title = step(item, 'title');
  return title instanceof Y.Text ? title.toString() : '';
}
