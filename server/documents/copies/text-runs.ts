import * as Y from 'yjs';
import type { Attributes } from '#domain/rich-text.ts';
import { firstWhere } from '#domain/sorted.ts';

/**
 * Characters of a text that stand side by side under ascending ids, in one format. `at` and lengths in UTF-16 units.
 */
export type FormattedRun = { at: number; client: number; clock: number; text: string; attributes: Attributes };

/** The surviving characters of a text in reading order. */
export function readRuns(text: Y.Text): FormattedRun[] {
  const runs: FormattedRun[] = [];
  let attributes: Attributes = {};
  let at = 0;
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentFormat) attributes = formatted(attributes, item.content);
    if (!(item.content instanceof Y.ContentString)) continue;
    const { client, clock } = item.id;
    runs.push({ at, client, clock, text: item.content.str, attributes });
    at += item.length;
  }
  return runs;
}

function formatted(attributes: Attributes, { key, value }: Y.ContentFormat): Attributes {
  const { [key]: _, ...others } = attributes;
  return value === null ? others : { ...others, [key]: value };
}

/** The runs between two places, cut where they reach beyond. `runs` follow one another. */
export function sliceRuns(runs: readonly FormattedRun[], start: number, end: number): FormattedRun[] {
  const found: FormattedRun[] = [];
  for (let i = firstWhere(runs, ({ at, text }) => at + text.length > start); i < runs.length; i++) {
    const run = runs[i];
    if (!run || run.at >= end) break;
    const from = Math.max(start, run.at) - run.at;
    const to = Math.min(end, run.at + run.text.length) - run.at;
    if (from < to) found.push({ ...run, at: run.at + from, clock: run.clock + from, text: run.text.slice(from, to) });
  }
  return found;
}
