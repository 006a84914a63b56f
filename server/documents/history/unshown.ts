import type { RowChange } from './row-change.ts';

/**
 * Items that came as removed ones and were not shown yet. So the app adds them: whole first, then shown. When a repair
 * or somebody else's change comes in between, the two steps fall into two sets; for people the item was absent all the
 * time until it was shown, and is added then, not brought back.
 */
export class Unshown {
  readonly #paths = new Set<string>();

  /** What a row changed, as people saw it. */
  seen(change: RowChange): RowChange {
    const presences = change.presences.map(({ path, before, after }) => {
      const key = path.join('/');
      if (before === 'absent' && after === 'removed') this.#paths.add(key);
      if (!this.#paths.has(key)) return { path, before, after };
      if (after === 'removed') return { path, before: 'absent', after: 'absent' } as const;
      this.#paths.delete(key);
      return { path, before: 'absent', after } as const;
    });
    return { ...change, presences: presences.filter(({ before, after }) => before !== after) };
  }
}
