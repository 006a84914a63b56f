import * as v from 'valibot';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { MemberView } from '#domain/people.ts';

/** A person as the server introduces them to the others. */
export type PresentUser = { id: string; name: string; organisation: string | null; mark: number };
/** Where somebody is: a field of an item ('title', 'body', 'funding/<id>/note', …). */
export type Focus = {
  item: string;
  field: string;
  /** What they have typed there and not written yet, where a field holds one value. */
  draft?: string | undefined;
};
/** One browser tab of somebody else. */
export type Present = { clientId: number; user: PresentUser; focus: Focus | null };

const userSchema = v.object({
  id: v.string(),
  name: v.string(),
  organisation: v.nullable(v.string()),
  mark: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
const DRAFT_MOST = 200;
/** How long after the last letter somebody still counts as writing. */
export const WRITING_MS = 4000;
const focusSchema = v.object({
  item: v.string(),
  field: v.string(),
  draft: v.optional(v.pipe(v.string(), v.maxLength(DRAFT_MOST))),
});

/** Who is here and where. Carets move too often for this: the editor reads them from the awareness itself. */
export class Presence {
  /** Tabs of others, and other tabs of mine. */
  others = $state.raw<readonly Present[]>([]);
  /** Distinct people, me first. */
  readonly people: readonly PresentUser[] = $derived.by(() => {
    const distinct = new Map([[this.#me.id, this.#me]]);
    for (const { user } of this.others) if (!distinct.has(user.id)) distinct.set(user.id, user);
    return [...distinct.values()];
  });
  readonly #me: PresentUser;
  /** Client ids of others who are writing now. */
  #writing = $state.raw<ReadonlySet<number>>(new Set());
  readonly #rests = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #byItem = $derived.by(() => {
    const items = new Map<string, Present[]>();
    for (const other of this.others) {
      if (!other.focus) continue;
      const present = items.get(other.focus.item);
      if (present) present.push(other);
      else items.set(other.focus.item, [other]);
    }
    return items;
  });

  constructor(me: MemberView) {
    this.#me = { id: me.id, name: me.name, organisation: me.organisation, mark: me.mark };
  }

  /** Others who are in any field of an item. */
  inItem(item: string): readonly Present[] {
    return this.#byItem.get(item) ?? [];
  }

  inField(item: string, field: string): readonly Present[] {
    return this.inItem(item).filter((other) => other.focus?.field === field);
  }

  /** Whether they have typed just now: being in a field is not yet writing. */
  isWriting({ clientId }: Present): boolean {
    return this.#writing.has(clientId);
  }

  /** Follows an awareness, and who changes its document, until the returned function is called. */
  follow(awareness: Awareness): () => void {
    const update = () => this.#read(awareness);
    const onChange = ({ local, beforeState, afterState }: Y.Transaction) => {
      if (local) return;
      for (const { clientId } of this.others) {
        const before = beforeState.get(clientId);
        // Whoever has no letters here yet comes with all they wrote earlier.
        if (before !== undefined && before !== afterState.get(clientId)) this.#wrote(clientId);
      }
    };
    awareness.on('change', update);
    awareness.doc.on('afterTransaction', onChange);
    update();
    return () => {
      awareness.off('change', update);
      awareness.doc.off('afterTransaction', onChange);
      for (const rest of this.#rests.values()) clearTimeout(rest);
      this.#rests.clear();
      this.#writing = new Set();
      this.others = [];
    };
  }

  #wrote(clientId: number): void {
    clearTimeout(this.#rests.get(clientId));
    this.#rests.set(
      clientId,
      setTimeout(() => {
        this.#rests.delete(clientId);
        this.#writing = new Set(this.#rests.keys());
      }, WRITING_MS),
    );
    if (!this.#writing.has(clientId)) this.#writing = new Set(this.#rests.keys());
  }

  #read(awareness: Awareness): void {
    const known = new Map(this.others.map((other) => [other.clientId, other]));
    const next: Present[] = [];
    for (const [clientId, state] of awareness.getStates()) {
      if (clientId === awareness.clientID) continue;
      const user = v.safeParse(userSchema, state.user);
      if (!user.success) continue;
      const focus = v.safeParse(focusSchema, state.focus);
      const present = { clientId, user: user.output, focus: focus.success ? focus.output : null };
      const before = known.get(clientId);
      if (before && present.focus?.draft !== undefined && before.focus?.draft !== present.focus.draft)
        this.#wrote(clientId);
      next.push(before && same(before, present) ? before : present);
    }
    next.sort((a, b) => a.user.name.localeCompare(b.user.name, 'lv') || a.clientId - b.clientId);
    const changed = next.length !== this.others.length || next.some((present, i) => present !== this.others[i]);
    if (changed) this.others = next;
  }
}

function same(a: Present, b: Present): boolean {
  return (
    a.user.id === b.user.id &&
    a.user.name === b.user.name &&
    a.user.organisation === b.user.organisation &&
    a.user.mark === b.user.mark &&
    a.focus?.item === b.focus?.item &&
    a.focus?.field === b.focus?.field &&
    a.focus?.draft === b.focus?.draft
  );
}
