import { createContext } from 'svelte';
import type * as Y from 'yjs';
import { actionAuthorship, type ActionAuthorship, type Author } from '#domain/authorship.ts';
import type { MemberView, OrganisationView } from '#domain/people.ts';
import { planRoots, presentItem, type ActionView, type ItemMap } from '#domain/plan/read.ts';
import type { PlanSession } from '#lib/collab/plan-session.svelte.ts';

type Source = {
  session: () => PlanSession;
  action: () => ActionView;
  canWrite: () => boolean;
  organisations: () => OrganisationView[];
  members: () => MemberView[];
};

/** The action that the sheet shows, for the parts of the sheet. */
export class ActionSheetContext {
  readonly #source: Source;
  readonly #organisations: ReadonlyMap<string, OrganisationView>;
  readonly #members: ReadonlyMap<string, MemberView>;
  /** Who wrote the action, by what survives of it; null until the live document is there. */
  readonly authorship: ActionAuthorship | null;

  constructor(source: Source) {
    this.#source = source;
    this.#organisations = $derived(new Map(source.organisations().map((one) => [one.id, one])));
    this.#members = $derived(new Map(source.members().map((one) => [one.id, one])));
    this.authorship = $derived.by(() => {
      // Read for their effect: the action and the index of authors change in place.
      void [this.action, this.session.authors.version];
      const { index, thresholds } = this.session.authors;
      return this.item ? actionAuthorship(this.item, index, thresholds) : null;
    });
  }

  get session(): PlanSession {
    return this.#source.session();
  }

  get action(): ActionView {
    return this.#source.action();
  }

  /** The action in the live document; null until that is there. */
  get item(): ItemMap | null {
    const { view, doc } = this.session;
    return view.ready ? presentItem(planRoots(doc).actions, this.action.id) : null;
  }

  /** Whether the fields can be written in: never before the live document is there. */
  get editable(): boolean {
    return this.#source.canWrite() && this.item !== null;
  }

  get organisations(): OrganisationView[] {
    return this.#source.organisations();
  }

  organisation(id: string): OrganisationView | undefined {
    return this.#organisations.get(id);
  }

  member(id: string): MemberView | undefined {
    return this.#members.get(id);
  }

  get authorsShown(): boolean {
    return this.session.authors.shown;
  }

  /** Who entered a value of a map: the author of the entry's own Yjs item. Null: the server, or not known yet. */
  authorOf(map: Y.Map<unknown>, key: string): Author | null {
    // Read for its effect: the index is a plain object, its version number says when to look again.
    void this.session.authors.version;
    const item = map._map.get(key);
    if (!item || item.deleted) return null;
    return this.session.authors.index.of(item.lastId.client, item.lastId.clock);
  }
}

export const [getSheet, setSheet] = createContext<ActionSheetContext>();
