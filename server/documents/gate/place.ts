import * as Y from 'yjs';
import { firstWhere } from '#domain/sorted.ts';
import type { Fresh, List, Section, SharedType } from './structs.ts';
import { Order } from './order.ts';
import { Violation } from './violation.ts';

// The second half of the gate: where each new struct will stand. It goes in the order in which Yjs integrates, so that
// nothing is left pending, and refuses what would not stand in exactly one list of one shared type.

/** Root types of a document, and what they are. */
export type Roots = Readonly<Record<string, 'map' | 'text'>>;

/** The root whose entries only the server sets; people write inside of them. */
export const SERVER_ROOT = 'meta';

export type PlaceOptions = { doc: Y.Doc; roots: Roots; nesting: number };

/** The list of structs whose parent is gone: Yjs makes garbage of them. */
const NOWHERE: List = { type: '', key: null };

type Cursor = {
  section: Section;
  next: number;
  /** Clock up to which everything has been placed. */
  placed: number;
  /** Whether something waits for it, or it is at work. */
  active: boolean;
};

/**
 * Places every new struct of an update.
 * @returns false when something that it depends on is unknown
 * @throws Violation
 */
export function placeStructs(sections: Section[], options: PlaceOptions): boolean {
  return new Placement(sections, options).run();
}

class Placement {
  readonly #options: PlaceOptions;
  readonly #clients: Y.Doc['store']['clients'];
  readonly #cursors = new Map<number, Cursor>();
  readonly #order: Order;

  constructor(sections: Section[], options: PlaceOptions) {
    this.#options = options;
    this.#clients = options.doc.store.clients;
    this.#order = new Order(options.doc, (client, clock) => this.#fresh(client, clock));
    for (const section of sections) {
      this.#cursors.set(section.client, { section, next: 0, placed: section.state, active: false });
    }
  }

  run(): boolean {
    for (const { section } of this.#cursors.values()) {
      if ((section.fresh[0]?.clock ?? 0) > section.state) return false;
    }
    for (const cursor of this.#cursors.values()) if (!this.#advance(cursor)) return false;
    this.#order.finish((client) => this.#cursors.get(client)?.section.state ?? 0);
    return true;
  }

  /** Places a whole section; whatever it depends on goes first, as far as needed. */
  #advance(cursor: Cursor): boolean {
    const stack = [cursor];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const struct = top.section.fresh[top.next];
      if (!struct) {
        stack.pop();
        continue;
      }
      const first = this.#firstMissing(struct);
      if (first === 'unknown') return false;
      if (first) {
        if (first.active || first === top) throw new Violation('malformed', 'G15: structs depend on one another');
        top.active = true;
        stack.push(first);
        continue;
      }
      this.#place(struct, top.section.state);
      top.next++;
      top.placed = struct.clock + struct.length;
      if (stack.length > 1) {
        stack.pop();
        const waiting = stack.at(-1);
        if (waiting) waiting.active = false;
      }
    }
    return true;
  }

  /** The section that has to go on before this struct can be placed, if any. */
  #firstMissing(struct: Fresh): Cursor | 'unknown' | null {
    return (
      this.#missing(struct, struct.leftClient, struct.leftClock) ??
      this.#missing(struct, struct.rightClient, struct.rightClock) ??
      this.#missing(struct, struct.parentClient, struct.parentClock)
    );
  }

  #missing(struct: Fresh, client: number, clock: number): Cursor | 'unknown' | null {
    if (client === -1) return null;
    if (client === struct.client) {
      if (clock < struct.clock) return null;
      throw new Violation('malformed', 'G15: a struct depends on itself or on a later one');
    }
    const cursor = this.#cursors.get(client);
    if (!cursor) return clock < Y.getState(this.#options.doc.store, client) ? null : 'unknown';
    if (clock < cursor.placed) return null;
    return clock < cursor.section.end ? cursor : 'unknown';
  }

  #place(struct: Fresh, state: number): void {
    if (struct.content === 'gc') {
      struct.list = NOWHERE;
      return;
    }
    const list = this.#listOf(struct);
    // A run of which the document has the beginning goes on where that beginning stands.
    if (struct.clock < state) sameList(list, this.#listAt(struct.client, state - 1));
    struct.list = list;
    if (list === NOWHERE) return;
    this.#allow(struct, list);
    if (list.key === null) this.#order.add(struct, state);
  }

  #listOf(struct: Fresh): List {
    const left = struct.leftClient === -1 ? null : this.#listAt(struct.leftClient, struct.leftClock);
    const right = struct.rightClient === -1 ? null : this.#listAt(struct.rightClient, struct.rightClock);
    if (left && right) sameList(left, right);
    return left ?? right ?? this.#listUnderParent(struct);
  }

  #listAt(client: number, clock: number): List {
    const fresh = this.#fresh(client, clock);
    if (fresh) return fresh.list ?? NOWHERE;
    const item = this.#live(client, clock);
    return item instanceof Y.Item && item.parent instanceof Y.AbstractType
      ? { type: item.parent, key: item.parentSub }
      : NOWHERE;
  }

  #listUnderParent(struct: Fresh): List {
    if (struct.root !== null) {
      if (!Object.hasOwn(this.#options.roots, struct.root)) throw new Violation('not-allowed', 'G17: unknown root');
      return { type: this.#options.doc.share.get(struct.root) ?? struct.root, key: struct.key };
    }
    const type = this.#typeAt(struct.parentClient, struct.parentClock);
    return type ? { type, key: struct.key } : NOWHERE;
  }

  /** The shared type that an id holds; null when it is gone. */
  #typeAt(client: number, clock: number): SharedType | Fresh | null {
    const fresh = this.#fresh(client, clock);
    if (fresh) {
      if (fresh.list === NOWHERE || fresh.content === 'deleted') return null;
      if (fresh.content === 'map' || fresh.content === 'text') return fresh;
    } else {
      const item = this.#live(client, clock);
      if (!(item instanceof Y.Item) || item.content instanceof Y.ContentDeleted) return null;
      if (item.content instanceof Y.ContentType) return item.content.type;
    }
    throw new Violation('not-allowed', 'G17: the parent is no shared type');
  }

  #live(client: number, clock: number): Y.Item | Y.GC | undefined {
    const structs = this.#clients.get(client);
    return structs?.[Y.findIndexSS(structs, clock)];
  }

  #fresh(client: number, clock: number): Fresh | undefined {
    const section = this.#cursors.get(client)?.section;
    if (!section || clock < section.state) return undefined;
    return section.fresh[firstWhere(section.fresh, (struct) => struct.clock > clock) - 1];
  }

  /** Whether this content may stand there. */
  #allow(struct: Fresh, { type, key }: List): void {
    if (this.#rootName(type) === SERVER_ROOT) throw new Violation('server-only', 'G19: entry of the server');
    const { content } = struct;
    if (this.#kindOf(type) === 'text') {
      if (key !== null || content === 'any' || content === 'map' || content === 'text') {
        throw new Violation('not-allowed', 'G17: no content of a text');
      }
      return;
    }
    if (key === null || struct.rightClient !== -1 || content === 'string' || content === 'format') {
      throw new Violation('not-allowed', 'G17: no entry of a map');
    }
    if (content === 'map' || content === 'text') {
      struct.depth = this.#depthOf(type) + 1;
      if (struct.depth > this.#options.nesting) throw new Violation('not-allowed', 'G18: nested too deep');
    }
  }

  #kindOf(type: List['type']): 'map' | 'text' | undefined {
    if (type instanceof Y.Text) return 'text';
    if (type instanceof Y.Map) return 'map';
    if (isFresh(type)) return type.content === 'text' ? 'text' : 'map';
    return this.#options.roots[this.#rootName(type) ?? ''];
  }

  #rootName(type: List['type']): string | null {
    if (typeof type === 'string') return type;
    if (isFresh(type) || type._item !== null) return null;
    for (const name of Object.keys(this.#options.roots)) if (this.#options.doc.share.get(name) === type) return name;
    return null;
  }

  #depthOf(type: List['type']): number {
    if (typeof type === 'string') return 0;
    if (isFresh(type)) return type.depth;
    let depth = 0;
    for (let item = type._item; item !== null; depth++) item = (item.parent as SharedType)._item;
    return depth;
  }
}

function isFresh(type: List['type']): type is Fresh {
  return typeof type === 'object' && !(type instanceof Y.AbstractType);
}

function sameList(a: List, b: List): void {
  if (a.type !== b.type || a.key !== b.key) throw new Violation('malformed', 'G16: neighbours in different lists');
}
