import { sameAuthor, type Author, type AuthorIndex } from '#domain/authorship.ts';
import { formatChange } from '#domain/rich-text.ts';
import { firstWhere } from '#domain/sorted.ts';
import { splitsCharacter } from '#domain/surrogates.ts';
import { inserting, type Step } from './copier.ts';
import { sliceRuns, type FormattedRun } from './text-runs.ts';

/** A stretch that both states have: where it begins in each, in UTF-16 units. */
type Kept = { past: number; now: number; length: number };

/**
 * The steps that bring a text back to a past state. Characters that are still there stay, under the very same ids, and
 * so do those that came back under others since (by undo, or by this) where text and author are the same at
 * either end of what differs. The rest goes, and what is missing is inserted from the past state.
 * @param past @param now the text in both states
 */
export function stepsBack(past: readonly FormattedRun[], now: readonly FormattedRun[], index: AuthorIndex): Step[] {
  const [was, is] = [new State(past, index), new State(now, index)];
  const steps: Step[] = [];
  let [pastAt, nowAt] = [0, 0];
  const end = { past: was.text.length, now: is.text.length, length: 0 };
  for (const kept of [...withEqualEnds(keptById(past, now), was, is), end]) {
    steps.push(...inserting(sliceRuns(past, pastAt, kept.past)));
    if (kept.now > nowAt) steps.push({ delete: kept.now - nowAt });
    steps.push(
      ...retaining(
        sliceRuns(past, kept.past, kept.past + kept.length),
        sliceRuns(now, kept.now, kept.now + kept.length),
      ),
    );
    [pastAt, nowAt] = [kept.past + kept.length, kept.now + kept.length];
  }
  return steps;
}

class State {
  readonly text: string;
  readonly #runs: readonly FormattedRun[];
  readonly #index: AuthorIndex;

  constructor(runs: readonly FormattedRun[], index: AuthorIndex) {
    this.text = runs.map((run) => run.text).join('');
    this.#runs = runs;
    this.#index = index;
  }

  /** The authors of each unit between two places. */
  authors(start: number, end: number): (Author | null)[] {
    return sliceRuns(this.#runs, start, end).flatMap(({ client, clock, text }) =>
      this.#index
        .runs(client, clock, text.length)
        .flatMap(({ length, author }) => Array<Author | null>(length).fill(author)),
    );
  }
}

/** What has the same ids in both states. Yjs keeps their order; what were out of order is not kept. */
function keptById(past: readonly FormattedRun[], now: readonly FormattedRun[]): Kept[] {
  const byClient = Map.groupBy(now, (run) => run.client);
  for (const runs of byClient.values()) runs.sort((a, b) => a.clock - b.clock);
  const kept: Kept[] = [];
  let free = 0;
  for (const run of past) {
    const end = endOf(run);
    const there = byClient.get(run.client) ?? [];
    for (let i = firstWhere(there, (other) => endOf(other) > run.clock); i < there.length; i++) {
      const current = there[i];
      if (!current || current.clock >= end) break;
      const from = Math.max(run.clock, current.clock);
      const length = Math.min(end, endOf(current)) - from;
      const at = current.at + from - current.clock;
      if (at < free) continue;
      kept.push({ past: run.at + from - run.clock, now: at, length });
      free = at + length;
    }
  }
  return kept;
}

/** The clock behind a run. */
function endOf({ clock, text }: FormattedRun): number {
  return clock + text.length;
}

/** Adds what is equal at the ends of each gap. */
function withEqualEnds(kept: readonly Kept[], was: State, is: State): Kept[] {
  const all: Kept[] = [];
  let gap = { past: 0, now: 0 };
  for (const next of [...kept, { past: was.text.length, now: is.text.length, length: 0 }]) {
    const before = commonEnds(gap, next, was, is);
    if (before.prefix > 0) all.push({ ...gap, length: before.prefix });
    if (before.suffix > 0) {
      all.push({ past: next.past - before.suffix, now: next.now - before.suffix, length: before.suffix });
    }
    if (next.length > 0) all.push(next);
    gap = { past: next.past + next.length, now: next.now + next.length };
  }
  return all;
}

type Place = { past: number; now: number };

function commonEnds(from: Place, to: Place, was: State, is: State): { prefix: number; suffix: number } {
  const longest = Math.min(to.past - from.past, to.now - from.now);
  if (longest === 0) return { prefix: 0, suffix: 0 };
  const pastAuthors = was.authors(from.past, to.past);
  const nowAuthors = is.authors(from.now, to.now);
  const equal = (past: number, now: number) =>
    was.text[past] === is.text[now] &&
    sameAuthor(pastAuthors[past - from.past] ?? null, nowAuthors[now - from.now] ?? null);
  const splits = (past: number, now: number) => splitsCharacter(was.text, past) || splitsCharacter(is.text, now);
  let prefix = 0;
  while (prefix < longest && equal(from.past + prefix, from.now + prefix)) prefix++;
  if (prefix > 0 && splits(from.past + prefix, from.now + prefix)) prefix--;
  let suffix = 0;
  while (suffix < longest - prefix && equal(to.past - suffix - 1, to.now - suffix - 1)) suffix++;
  if (suffix > 0 && splits(to.past - suffix, to.now - suffix)) suffix--;
  return { prefix, suffix };
}

/** Steps over what stays, which give it back the format that it had. */
function retaining(past: readonly FormattedRun[], now: readonly FormattedRun[]): Step[] {
  const steps: Step[] = [];
  let i = 0;
  let used = 0;
  for (const run of past) {
    for (let left = run.text.length; left > 0;) {
      const current = now[i];
      if (!current) return steps;
      const length = Math.min(left, current.text.length - used);
      const attributes = formatChange(current.attributes, run.attributes);
      steps.push({ retain: length, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) });
      left -= length;
      used += length;
      if (used === current.text.length) [i, used] = [i + 1, 0];
    }
  }
  return steps;
}
