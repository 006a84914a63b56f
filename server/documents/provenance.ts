import * as Y from 'yjs';
import type { AuthorIndex } from '#domain/authorship.ts';
import { structsIn, type Attribution } from './attribution.ts';
import type { DeletedContent, DeletedContents, TextRun } from './deleted.ts';
import type { CreditedRange } from './ledger.ts';
import { alignRestored, alignWholeRuns, type Aligned, type Letter } from './restored-text.ts';

// Undo gives old text new ids. The rules by which it is recognised follow from Yjs's redoItem and are numbered in
// SPEC.md (P1 to P4).

type Source = { client: number; clock: number };
type Context = {
  index: AuthorIndex;
  deleted: DeletedContents;
  actor: { personId: string; organisationId: string | null };
};

/** Chains of deleted things that came and went within one update are followed this far. */
const MAX_STEPS = 64;
/** Earlier values of a field that are looked at. */
const MAX_VALUES = 16;

/**
 * Finds the ranges of a transaction that bring back what was deleted, and credits them to the first author. The credits
 * are added to `index` as they are found, so that what comes back twice still has its first author.
 */
export function findRestored(transaction: Y.Transaction, { inserted }: Attribution, context: Context): CreditedRange[] {
  const finder = new Finder(transaction.doc, context);
  for (const [client, clock, length] of inserted) {
    for (const struct of structsIn(transaction.doc, client, clock, length)) finder.look(struct);
  }
  return finder.finish();
}

/** A restored run of text that may go on in the next struct: Yjs splits what is edited again. */
type Run = { start: number; end: number; client: number; right: Y.ID };

class Finder {
  readonly #doc: Y.Doc;
  readonly #context: Context;
  readonly #credits: CreditedRange[] = [];
  /** Items and texts that came back whole, and what they were each time they were deleted, latest first. */
  readonly #containers = new Map<unknown, DeletedContent[]>();
  readonly #texts = new Map<Y.Text, Y.Item[]>();
  #run: Run | null = null;

  constructor(doc: Y.Doc, context: Context) {
    this.#doc = doc;
    this.#context = context;
  }

  look(struct: Y.Item | Y.GC): void {
    if (!(struct instanceof Y.Item)) this.#run = null;
    else if (struct.parentSub !== null) this.#lookAtField(struct, struct.parentSub);
    else if (struct.parent instanceof Y.Text && this.#containers.has(struct.parent))
      this.#collect(struct, struct.parent);
    else this.#lookAtText(struct);
  }

  finish(): CreditedRange[] {
    for (const [text, items] of this.#texts) {
      const [latest = [], ...earlier] = this.#generations(this.#containers.get(text) ?? []);
      this.#creditAll(alignRestored(text, items, latest, earlier.flat()));
    }
    return this.#credits;
  }

  // P1: text

  #lookAtText(item: Y.Item): void {
    const { client, clock } = item.id;
    const run = this.#run;
    const right = item.rightOrigin;
    this.#run = null;
    if (!right || !this.#item(right.client, right.clock)?.deleted) return this.#lookInRestored(item);
    const goesOn = run && run.client === client && run.end === clock && follows(item) && Y.compareIDs(run.right, right);
    const start = goesOn ? run.start : clock;
    const source = this.#textSource(right.client, right.clock + (clock - start), item.length);
    if (item.content instanceof Y.ContentString) {
      if (!source || source.text !== item.content.str) return;
      this.#credit(client, clock, item.length, source);
    } else if (!(item.content instanceof Y.ContentDeleted)) {
      return;
    }
    this.#run = { start, end: clock + item.length, client, right };
  }

  // P3: text that comes back into an item that came back before

  #lookInRestored(item: Y.Item): void {
    if (!(item.content instanceof Y.ContentString) || !(item.parent instanceof Y.Text)) return;
    const was = this.#counterparts(item.parent);
    if (was.length === 0) return;
    const own = this.#generations(was)
      .flat()
      .filter((letter) => !letter.live && letter.by === this.#context.actor.personId);
    this.#creditAll(alignWholeRuns([item], own));
  }

  /** What a text was when an item that it belongs to was deleted; empty when none of them ever was. */
  #counterparts<E>(type: Y.AbstractType<E>): DeletedContent[] {
    const item = type._item;
    const key = item?.parentSub;
    if (!item || typeof key !== 'string' || !(item.parent instanceof Y.Map)) return [];
    const own = this.#earlier(item);
    return own.length > 0 ? own : fieldOf(this.#counterparts(item.parent), key, this.#context.deleted);
  }

  /** The text that ids had, by way of ids that were restored and deleted again before the server saw them. */
  #textSource(client: number, clock: number, length: number): (Source & { text: string }) | null {
    for (let step = 0; step < MAX_STEPS; step++) {
      const text = this.#context.deleted.text(client, clock, length);
      if (text !== null) return { client, clock, text };
      const item = this.#item(client, clock);
      if (!item?.deleted || item.parentSub !== null || !item.rightOrigin) return null;
      const start = this.#runStart(item);
      clock = item.rightOrigin.clock + (clock - start);
      client = item.rightOrigin.client;
    }
    return null;
  }

  /** Clock of the first struct of the run that an item belongs to. */
  #runStart(item: Y.Item): number {
    let first = item;
    while (follows(first)) {
      const before = this.#item(first.id.client, first.id.clock - 1);
      if (!before || !Y.compareIDs(before.rightOrigin, item.rightOrigin)) break;
      first = before;
    }
    return first.id.clock;
  }

  // P2: items with all that was in them; P4: fields

  #lookAtField(item: Y.Item, key: string): void {
    this.#run = null;
    const { content, parent } = item;
    const container = this.#containers.get(parent);
    if (content instanceof Y.ContentType) {
      const was = container ? fieldOf(container, key, this.#context.deleted) : this.#earlier(item);
      const kind = content.type instanceof Y.Text ? 'sequence' : 'map';
      const same = was.filter((earlier) => earlier.kind === kind);
      if (same.length > 0) this.#containers.set(content.type, same);
    } else if (content instanceof Y.ContentAny && content.arr.length === 1) {
      const json = JSON.stringify(content.arr[0]);
      const source = container ? this.#sameValue(container, key, json) : this.#ownEarlier(item, json);
      if (source) this.#credit(item.id.client, item.id.clock, 1, source);
    }
  }

  /** What stood under the key of an item before it, each time it was deleted, latest first. */
  #earlier(item: Y.Item): DeletedContent[] {
    const found: DeletedContent[] = [];
    let id = item.origin;
    for (let step = 0; id && step < MAX_STEPS; step++) {
      const was = this.#context.deleted.find(id.client, id.clock);
      if (was) found.push(was.content);
      const before = this.#item(id.client, id.clock);
      if (!before?.deleted) break;
      id = before.origin;
    }
    return found;
  }

  #sameValue(container: readonly DeletedContent[], key: string, json: string): Source | null {
    for (const was of container) {
      const id = was.kind === 'map' ? was.fields[key] : undefined;
      const value = id && this.#context.deleted.find(...id);
      if (value?.content.kind === 'value' && value.content.json === json) return value;
    }
    return null;
  }

  /** An earlier value of a field that this person overwrote or deleted and now sets again. */
  #ownEarlier(item: Y.Item, json: string): Source | null {
    let values = 0;
    for (let left = item.left; left !== null; left = left.left) {
      for (let clock = left.lastId.clock; clock >= left.id.clock; clock--) {
        if (++values > MAX_VALUES) return null;
        const was = this.#context.deleted.find(left.id.client, clock);
        if (was?.content.kind !== 'value' || was.content.by !== this.#context.actor.personId) continue;
        if (was.content.json === json) return was;
      }
    }
    return null;
  }

  #collect(item: Y.Item, text: Y.Text): void {
    this.#run = null;
    const items = this.#texts.get(text) ?? [];
    this.#texts.set(text, items);
    items.push(item);
  }

  /** The letters of a text each time it was deleted. */
  #generations(was: readonly DeletedContent[]): Letter[][] {
    return was.flatMap((content) => (content.kind === 'sequence' ? [this.#letters(content.runs)] : []));
  }

  #letters(runs: readonly TextRun[]): Letter[] {
    return runs.flatMap(([client, clock, length, live]) =>
      Array.from({ length }, (_, i): Letter[] => {
        const was = this.#context.deleted.find(client, clock + i);
        if (was?.content.kind !== 'text') return [];
        const { text, by } = was.content;
        return [{ client, clock: clock + i, unit: text.charAt(clock + i - was.clock), live, by }];
      }).flat(),
    );
  }

  #creditAll(aligned: readonly Aligned[]): void {
    for (const { client, clock, length, source } of aligned) this.#credit(client, clock, length, source);
  }

  #item(client: number, clock: number): Y.Item | null {
    if (clock < 0 || clock >= Y.getState(this.#doc.store, client)) return null;
    const struct = structsIn(this.#doc, client, clock, 1)[0];
    return struct instanceof Y.Item ? struct : null;
  }

  /** Credits new ids to whoever wrote the ids that they bring back. */
  #credit(client: number, clock: number, length: number, source: Source): void {
    const { index, actor } = this.#context;
    let at = clock;
    for (const run of index.runs(source.client, source.clock, length)) {
      const { author } = run;
      if (author && (author.person !== actor.personId || author.organisation !== actor.organisationId)) {
        this.#credits.push([client, at, run.length, author.person, author.organisation, 'undo']);
        index.add({ clients: [], ranges: [[client, at, run.length, author.person, author.organisation]] });
      }
      at += run.length;
    }
  }
}

/** What was under a key of an item, each time the item was deleted. */
function fieldOf(was: readonly DeletedContent[], key: string, deleted: DeletedContents): DeletedContent[] {
  return was.flatMap((content) => {
    const id = content.kind === 'map' ? content.fields[key] : undefined;
    const field = id && deleted.find(...id);
    return field ? [field.content] : [];
  });
}

/** Whether an item stands directly behind the id before its own. */
function follows(item: Y.Item): boolean {
  return item.origin !== null && item.origin.client === item.id.client && item.origin.clock === item.id.clock - 1;
}
