import { splitsCharacter } from '#domain/surrogates.ts';

/** At `index`, take `remove` UTF-16 units away and put `insert` there. */
export type TextChange = { index: number; remove: number; insert: string };

/**
 * The smallest change that makes `before` into `after`, given that the caret now stands behind what was typed: in
 * "aa|a" the new "a" is the one before the caret. Never splits a surrogate pair. Null: they are equal.
 */
export function textChange(before: string, after: string, caret: number): TextChange | null {
  if (before === after) return null;
  // What stands behind the caret was there before; the rest of the difference is in front of it.
  const longest = Math.min(before.length, after.length);
  let suffix = 0;
  const suffixLimit = Math.min(longest, after.length - Math.min(caret, after.length));
  while (suffix < suffixLimit && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  let prefix = 0;
  const prefixLimit = longest - suffix;
  while (prefix < prefixLimit && before[prefix] === after[prefix]) prefix++;
  // The caret may say too little (text dropped elsewhere): take what is equal at the end as well.
  while (suffix < longest - prefix && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  if (prefix > 0 && splitsCharacter(before, prefix)) prefix--;
  else if (prefix > 0 && splitsCharacter(after, prefix)) prefix--;
  if (suffix > 0 && (splitsCharacter(before, before.length - suffix) || splitsCharacter(after, after.length - suffix)))
    suffix--;
  return {
    index: prefix,
    remove: before.length - suffix - prefix,
    insert: after.slice(prefix, after.length - suffix),
  };
}

/** Steps through a text as Yjs tells them. */
export type Delta = readonly { retain?: number; insert?: unknown; delete?: number }[];

/** Where a place of a text is after changes by others. Text that appears exactly there comes behind it. */
export function shiftedBy(deltas: readonly Delta[], offset: number): number {
  let result = offset;
  for (const delta of deltas) {
    let at = 0;
    for (const part of delta) {
      if (part.retain !== undefined) at += part.retain;
      else if (typeof part.insert === 'string') {
        if (at < result) result += part.insert.length;
        at += part.insert.length;
      } else if (part.delete !== undefined && at < result) result -= Math.min(part.delete, result - at);
    }
  }
  return result;
}

/**
 * A change of a text of `length` units, as it is made after changes by others: where to insert, and which runs (place
 * and length, in the text of now) to take away. What others put between them was not there to be taken away, and stays.
 */
export function carriedOver(
  { index, remove, insert }: TextChange,
  length: number,
  deltas: readonly Delta[],
): { index: number; runs: [number, number][]; insert: string } {
  const runs: [number, number][] = [];
  unitsAfter(length, deltas).forEach((unit, at) => {
    if (unit === null || unit < index || unit >= index + remove) return;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === at) last[1]++;
    else runs.push([at, 1]);
  });
  return { index: shiftedBy(deltas, index), runs, insert };
}

/** For each unit of a text after changes by others: where it stood before, or null where they put it in. */
function unitsAfter(length: number, deltas: readonly Delta[]): (number | null)[] {
  let units: (number | null)[] = Array.from({ length }, (_, unit) => unit);
  for (const delta of deltas) {
    const next: (number | null)[] = [];
    let at = 0;
    for (const part of delta) {
      if (typeof part.insert === 'string') next.push(...new Array<null>(part.insert.length).fill(null));
      else if (part.retain !== undefined) next.push(...units.slice(at, at + part.retain));
      at += part.retain ?? part.delete ?? 0;
    }
    units = [...next, ...units.slice(at)];
  }
  return units;
}

/** The change, its insertion cut so that the text has at most `limit` code points. The same object when all fits. */
export function fitting(text: string, change: TextChange, limit: number): TextChange {
  if (text.length - change.remove + change.insert.length <= limit) return change;
  const kept = codePoints(text) - codePoints(text.slice(change.index, change.index + change.remove));
  const inserted = [...change.insert];
  if (kept + inserted.length <= limit) return change;
  return { ...change, insert: inserted.slice(0, Math.max(0, limit - kept)).join('') };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
