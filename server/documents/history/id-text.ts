import * as Y from 'yjs';

/** A stretch of text under the ids (client, clock) … */
export type TextRun = { client: number; clock: number; text: string };

/** Text by its ids. */
export class IdText {
  readonly #runs = new Map<number, TextRun[]>();

  get isEmpty(): boolean {
    return this.#runs.size === 0;
  }

  add({ client, clock, text }: TextRun): void {
    const runs = this.#runs.get(client);
    const last = runs?.at(-1);
    if (last && last.clock + last.text.length === clock) last.text += text;
    else if (runs) runs.push({ client, clock, text });
    else this.#runs.set(client, [{ client, clock, text }]);
  }

  /** Takes these ids out; returns what of the run was not here. */
  take(run: TextRun): TextRun[] {
    let missing = [run];
    const kept: TextRun[] = [];
    for (const mine of this.#runs.get(run.client) ?? []) {
      kept.push(...without(mine, run));
      missing = missing.flatMap((part) => without(part, mine));
    }
    if (kept.length > 0) this.#runs.set(run.client, kept);
    else this.#runs.delete(run.client);
    return missing;
  }

  /** What stands under these ids, in the order of their clocks. */
  within(client: number, clock: number, length: number): TextRun[] {
    const end = clock + length;
    return (this.#runs.get(client) ?? [])
      .filter((run) => run.clock < end && run.clock + run.text.length > clock)
      .map((run) => cut(run, Math.max(clock, run.clock), Math.min(end, run.clock + run.text.length)))
      .sort((a, b) => a.clock - b.clock);
  }

  /**
   * Passages in the order in which they stand, or stood, in these texts: what another word stands between are two. What Yjs
   * has collected, because the whole text is gone, comes last.
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

/** The parts of a run whose ids are not in another one. */
function without(run: TextRun, other: TextRun): TextRun[] {
  const end = run.clock + run.text.length;
  const otherEnd = other.clock + other.text.length;
  if (otherEnd <= run.clock || other.clock >= end) return [run];
  const parts: TextRun[] = [];
  if (other.clock > run.clock) parts.push(cut(run, run.clock, other.clock));
  if (otherEnd < end) parts.push(cut(run, otherEnd, end));
  return parts;
}
