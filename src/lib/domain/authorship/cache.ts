import * as Y from 'yjs';
import { planRoots, presentItem, type ItemMap } from '../plan/read.ts';
import { actionAuthorship, type ActionAuthorship, type Thresholds } from './action.ts';
import type { AuthorIndex } from './author-index.ts';
import { planAuthorship, type PlanAuthorship } from './plan.ts';

type Entry = { map: ItemMap; version: number; value: ActionAuthorship };

/** Authorship of a live plan: an action is counted again only after it, or what is known of its authors, changed. */
export class AuthorshipCache {
  readonly #doc: Y.Doc;
  readonly #index: AuthorIndex;
  readonly #thresholds: Thresholds;
  readonly #entries = new Map<string, Entry>();
  readonly #observer = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
    for (const event of events) {
      const id = event.path[0];
      if (typeof id === 'string') this.#entries.delete(id);
      else for (const key of event.changes.keys.keys()) this.#entries.delete(key);
    }
  };

  constructor(doc: Y.Doc, index: AuthorIndex, thresholds: Thresholds) {
    this.#doc = doc;
    this.#index = index;
    this.#thresholds = thresholds;
    planRoots(doc).actions.observeDeep(this.#observer);
  }

  /** Null when there is no such action. */
  action(id: string): ActionAuthorship | null {
    const map = presentItem(planRoots(this.#doc).actions, id);
    return map ? this.#of(map, id) : null;
  }

  plan(): PlanAuthorship {
    return planAuthorship(this.#doc, this.#index, this.#thresholds, (map, id) => this.#of(map, id));
  }

  destroy(): void {
    planRoots(this.#doc).actions.unobserveDeep(this.#observer);
    this.#entries.clear();
  }

  #of(map: ItemMap, id: string): ActionAuthorship {
    const entry = this.#entries.get(id);
    if (entry && entry.map === map && this.#isFresh(entry)) return entry.value;
    const value = actionAuthorship(map, this.#index, this.#thresholds);
    this.#entries.set(id, { map, version: this.#index.version, value });
    return value;
  }

  #isFresh(entry: Entry): boolean {
    if (entry.version === this.#index.version) return true;
    for (const client of entry.value.clients) if (this.#index.versionOf(client) > entry.version) return false;
    entry.version = this.#index.version;
    return true;
  }
}
