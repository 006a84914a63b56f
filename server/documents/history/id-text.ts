import * as Y from 'yjs';
import { firstWhere } from '#domain/sorted.ts';

/** A stretch of text under the ids (client, clock) … */
export type TextRun = { client: number; clock: number; text: string };

/** Text by its ids, each once. */
export class IdText {
  /** By client, sorted by clock. */
  readonly #runs = new Map<number, TextRun[]>();

  get isEmpty(): boolean {
    return this.#runs.size === 0;
  }

  add({ client, clock, text }: TextRun): void {
    const runs = this.#runs.get(client) ?? [];
    this.#runs.set(client, runs);
    const place = firstWhere(runs, (run) => run.clock > clock);
    const before = runs[place - 1];
    if (before && endOf(before) === clock) before.text += text;
    else runs.splice(place, 0, { client, clock, text });
  }

  /** Takes these ids out; returns what of the run was not here. */
  take(run: TextRun): TextRun[] {
    const runs = this.#runs.get(run.client);
    if (!runs) return [run];
    const [from, to] = reach(runs, run.clock, endOf(run));
    if (from === to) return [run];
    const mine = runs.slice(from, to);
    runs.splice(from, to - from, ...outside(mine, run));
    if (runs.length === 0) this.#runs.delete(run.client);
    return between(run, mine);
  }

  /** What stands under these ids, in the order of their clocks. */
  within(client: number, clock: number, length: number): TextRun[] {
    const runs = this.#runs.get(client) ?? [];
    const end = clock + length;
    return runs
      .slice(...reach(runs, clock, end))
      .map((run) => cut(run, Math.max(clock, run.clock), Math.min(end, endOf(run))));
  }

  /**
   * Passages in the order in which they stand, or stood, in these texts: what another word stands between are two. What
   * Yjs has collected, because the whole text is gone, comes last.
   */
  passages(texts: Iterable<Y.Text>): string[] {
    const passages: string[] = [];
    const rest = new IdText();
    for (const runs of this.#runs.values()) for (const run of runs) rest.add(run);
    for (const text of texts) {
      let isOpen = false;
      for (let item = text._start; item; item = item.right) {
        const { client, clock } = item.id;
        const isBetween = !item.deleted && item.countable;
        let at = clock;
        for (const run of this.within(client, clock, item.length)) {
          if (isBetween && run.clock > at) isOpen = false;
          at = run.clock + run.text.length;
          if (isOpen) passages.push((passages.pop() ?? '') + run.text);
          else passages.push(run.text);
          isOpen = true;
          rest.take(run);
        }
        if (isBetween && at < clock + item.length) isOpen = false;
      }
    }
    for (const runs of rest.#runs.values()) for (const { text } of runs) passages.push(text);
    return passages;
  }
}

function cut({ client, clock, text }: TextRun, from: number, to: number): TextRun {
  return { client, clock: from, text: text.slice(from - clock, to - clock) };
}

function endOf({ clock, text }: TextRun): number {
  return clock + text.length;
}

/**
 * Which of some runs reach into the ids from a clock on and before an end: their first place, and that behind the last.
 */
function reach(runs: readonly TextRun[], clock: number, end: number): [from: number, to: number] {
  const from = firstWhere(runs, (run) => endOf(run) > clock);
  const to = firstWhere(runs, (run) => run.clock >= end);
  return [from, Math.max(from, to)];
}

/** What of some runs, that all reach into another one, lies before and behind it. */
function outside(runs: readonly TextRun[], other: TextRun): TextRun[] {
  const [first, last] = [runs[0], runs.at(-1)];
  const parts: TextRun[] = [];
  if (first && first.clock < other.clock) parts.push(cut(first, first.clock, other.clock));
  if (last && endOf(last) > endOf(other)) parts.push(cut(last, endOf(other), endOf(last)));
  return parts;
}

/** The parts of a run that lie between others, which all reach into it. */
function between(run: TextRun, others: readonly TextRun[]): TextRun[] {
  const parts: TextRun[] = [];
  let at = run.clock;
  for (const other of others) {
    if (other.clock > at) parts.push(cut(run, at, other.clock));
    at = endOf(other);
  }
  if (at < endOf(run)) parts.push(cut(run, at, endOf(run)));
  return parts;
}
