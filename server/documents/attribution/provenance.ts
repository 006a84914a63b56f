import * as Y from 'yjs';
import { isNewIn, structsIn } from '../ids/structs.ts';
import type { CreditedRange } from '../ledger/ledger.ts';
import type { Attribution } from './attribution.ts';
import { creditAll, type CreditContext, type Found, type OldId, type Restored } from './credit.ts';
import type { DeletedContent, DeletedContents } from './deleted.ts';
import { alignRestored, type Letter, type Piece } from './restored-text.ts';
import { Steps } from './steps.ts';

// Undo gives old text new ids. The rules by which it is recognised follow from Yjs's redoItem and are numbered in
// SPEC.md (P).

type Context = CreditContext & { deleted: DeletedContents };

/** Chains of deleted things that came and went within one update are followed this far. */
const MAX_STEPS = 64;
/** So many lengths of a run that came and went are tried, and so many units of it compared. */
const MAX_TRIED = 64;
/** Lengths of a restored text that are tried when something was typed directly before it. */
const MAX_LENGTHS = 1000;
/** Earlier values of a field that are looked at. */
const MAX_VALUES = 256;
/** So many units in a row are told by themselves where nobody knows all that came back with them. */
const LEAST_TOLD = 8;

/**
 * Finds the ranges of a transaction that bring back what was deleted, and credits them to the first author. The credits
 * are added to `index` as they are found, so that what comes back twice still has its first author. Flags that say
 * whether an item is removed are credited to nobody.
 */
export function findRestored(transaction: Y.Transaction, { inserted }: Attribution, context: Context): Found {
  const finder = new Finder(transaction, context);
  for (const [client, clock, length] of inserted) {
    for (const struct of structsIn(transaction.doc, client, clock, length)) finder.look(struct);
  }
  return finder.finish();
}

/** Pieces of text typed or restored before one place, unit by unit (null: nobody knows), and the clock behind them. */
type Row = { units: (string | null)[]; end: number };
/**
 * Text that stands before one deleted id; from `from` on it is what was deleted. `guessed`: some of it came and went
 * before the server saw it, and so is only likely to have been that.
 */
type RestoredEnd = { client: number; row: Row; from: number; source: OldId; guessed: boolean };
type Source = { length: number; source: OldId; guessed: boolean };

class Finder {
  readonly #transaction: Y.Transaction;
  readonly #doc: Y.Doc;
  readonly #context: Context;
  readonly #steps = new Steps();
  readonly #restored: Restored[] = [];
  readonly #flags: CreditedRange[] = [];
  /** What types were, each time that they were deleted, latest first. */
  readonly #ancestors = new Map<unknown, DeletedContent[]>();
  /** New pieces of texts that came back, in the order of their clocks. */
  readonly #texts = new Map<Y.Text, Piece[]>();
  #restoredEnd: RestoredEnd | null = null;
  readonly #rows = new Map<Y.Item, Row>();

  constructor(transaction: Y.Transaction, context: Context) {
    this.#transaction = transaction;
    this.#doc = transaction.doc;
    this.#context = context;
  }

  look(struct: Y.Item | Y.GC): void {
    if (!(struct instanceof Y.Item)) return;
    if (struct.parentSub !== null) this.#lookAtField(struct, struct.parentSub);
    else this.#lookAtText(struct);
  }

  finish(): Found {
    for (const [text, pieces] of this.#texts) {
      const letters = this.#letters(text);
      for (const range of alignRestored(pieces, letters, this.#steps)) this.#restored.push(range);
    }
    const { credits, restored } = creditAll(this.#restored, this.#context);
    return { credits: [...credits, ...this.#flags], restored };
  }

  // P1: text

  #lookAtText(item: Y.Item): void {
    const { content, length } = item;
    const { client, clock } = item.id;
    const end = this.#restoredEndOf(item);
    const from = end ? Math.max(clock, end.from) : clock + length;
    if (from > clock) this.#collect(item, Math.min(from - clock, length));
    if (!end || from >= clock + length || !(content instanceof Y.ContentString)) return;
    if (end.guessed && !this.#isTold(end, from, clock + length)) return;
    const source = { client: end.source.client, clock: end.source.clock + (from - end.from) };
    this.#restored.push({ client, clock: from, length: clock + length - from, source });
  }

  /** The restored end of the run that an item belongs to. */
  #restoredEndOf(item: Y.Item): RestoredEnd | null {
    const { client, clock } = item.id;
    if (this.#restoredEnd?.client === client && clock < this.#restoredEnd.row.end) return this.#restoredEnd;
    const right = item.rightOrigin;
    if (!right || !this.#item(right.client, right.clock)?.deleted) return null;
    const row = this.#rowOf(item);
    const { length, ...found } = this.#sourceOf(right, row.units) ?? { length: 0, source: right, guessed: false };
    this.#restoredEnd = { client, row, from: row.end - length, ...found };
    return this.#restoredEnd;
  }

  /**
   * Whether what is known of a guessed piece tells by itself where it is from. Otherwise whoever deletes throw-away text
   * beside a letter would choose which one of somebody's letters it is, and write whole sentences as theirs.
   */
  #isTold({ row: { units, end: rowEnd }, from: lowest, source }: RestoredEnd, from: number, to: number): boolean {
    const first = rowEnd - units.length;
    while (from > lowest && units[from - 1 - first] !== null) from--;
    while (to < rowEnd && units[to - first] !== null) to++;
    if (to - from >= LEAST_TOLD) return true;
    const begin = source.clock + (from - lowest);
    const last = source.clock + (to - lowest) - 1;
    const { deleted } = this.#context;
    if (deleted.find(source.client, begin)?.clock === begin) return true;
    const range = deleted.find(source.client, last);
    return range !== null && range.clock + range.length === last + 1;
  }

  /** The end of `units` that is what an id and those behind it were. */
  #sourceOf(id: OldId, units: readonly (string | null)[]): Source | null {
    let best: Source | null = null;
    let guessed = false;
    for (const source of this.#earlier(id)) {
      const text = this.#context.deleted.text(source.client, source.clock, units.length);
      const length = endLike(units, text, this.#steps);
      if (length > (best?.length ?? 0)) best = { length, source, guessed: guessed || isGuess(units, length) };
      if (length === units.length) break;
      guessed = true;
    }
    return best;
  }

  /**
   * An id, and those that it may have brought back: it may have been restored and deleted again before the server saw
   * it. How much of its row was typed before the same place is not known then, only what cannot be.
   */
  *#earlier(id: OldId): Generator<OldId> {
    const waiting: OldId[] = [{ client: id.client, clock: id.clock }];
    const seen = new Set<string>();
    for (let source = waiting.pop(); source && seen.size < MAX_STEPS; source = waiting.pop()) {
      const key = `${source.client}:${source.clock}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield source;
      const item = this.#item(source.client, source.clock);
      if (!item?.deleted || item.parentSub !== null || !item.rightOrigin) continue;
      const { client, clock } = item.rightOrigin;
      const { units, end } = this.#rowOf(item);
      const text = this.#context.deleted.text(client, clock, Math.min(units.length, MAX_TRIED));
      const least = Math.max(end - source.clock, units.length - MAX_TRIED);
      // The longest is looked at first: it comes to lie on top.
      for (let length = least; length <= units.length; length++) {
        if (this.#steps.areSpent) return;
        if (!endsLike(units, text, length, this.#steps)) continue;
        waiting.push({ client, clock: clock + source.clock - (end - length) });
      }
    }
  }

  /** The row of pieces that an item stands in. What was typed before a place may go on in what came back there. */
  #rowOf(item: Y.Item): Row {
    const known = this.#rows.get(item);
    if (known) return known;
    let first = item;
    for (let before = this.#before(item); before; before = this.#before(before)) first = before;
    const pieces = [first];
    for (let next = this.#behind(first); next; next = this.#behind(next)) pieces.push(next);
    const end = (pieces.at(-1) ?? item).lastId.clock + 1;
    const row = { units: pieces.flatMap((piece) => this.#unitsOf(piece)), end };
    for (const piece of pieces) this.#rows.set(piece, row);
    return row;
  }

  #unitsOf({ id, length, content }: Y.Item): (string | null)[] {
    const text =
      content instanceof Y.ContentString ? content.str : this.#context.deleted.text(id.client, id.clock, length);
    return Array.from({ length }, (_, i) => text[i] ?? null);
  }

  #before(item: Y.Item): Y.Item | null {
    if (!follows(item)) return null;
    const before = this.#item(item.id.client, item.id.clock - 1);
    return before && isText(before) && Y.compareIDs(before.rightOrigin, item.rightOrigin) ? before : null;
  }

  #behind(item: Y.Item): Y.Item | null {
    const next = this.#item(item.id.client, item.lastId.clock + 1);
    return next && isText(next) && follows(next) && Y.compareIDs(next.rightOrigin, item.rightOrigin) ? next : null;
  }

  // P2 and P3: text that comes back with its item, or into an item that came back before

  /** Only whoever brought an item back can bring more text back into it: Yjs keeps in memory what became of what. */
  #collect(item: Y.Item, length: number): void {
    const { parent } = item;
    if (!isText(item) || !(parent instanceof Y.Text) || parent._item?.id.client !== item.id.client) return;
    const items = this.#texts.get(parent) ?? [];
    this.#texts.set(parent, items);
    items.push({ item, length });
  }

  /** All ids that a text had before, and what they were. */
  #letters(text: Y.Text): Letter[] {
    const letters = new Map<string, Letter>();
    for (const [generation, was] of this.#ancestorsOf(text).entries()) {
      if (was.kind !== 'sequence') continue;
      for (const [client, start, length, live] of was.runs) {
        for (let clock = start; clock < start + length;) {
          const found = this.#context.deleted.find(client, clock);
          const end = found ? Math.min(start + length, found.clock + found.length) : clock + 1;
          for (; clock < end; clock++) {
            const key = `${client}:${clock}`;
            if (found?.content.kind !== 'text' || letters.has(key)) continue;
            const unit = found.content.text.charAt(clock - found.clock);
            const range = { first: found.clock, last: found.clock + found.length - 1 };
            letters.set(key, { client, clock, unit, live: live && generation === 0, generation, ...range });
          }
        }
      }
    }
    return [...letters.values()];
  }

  /** What a type was each time that it was deleted, latest first: it, or its item with it, came back. */
  #ancestorsOf<E>(type: Y.AbstractType<E>): DeletedContent[] {
    const known = this.#ancestors.get(type);
    if (known) return known;
    const item = type._item;
    const key = item?.parentSub;
    const found: DeletedContent[] = [];
    // A root has no class of its own on the server.
    if (item && typeof key === 'string' && item.parent instanceof Y.AbstractType) {
      const kind = type instanceof Y.Text ? 'sequence' : 'map';
      const add = (id: Y.ID | null) => {
        for (const content of this.#chain(id))
          if (content.kind === kind && !found.includes(content)) found.push(content);
      };
      add(item.origin);
      for (const was of this.#ancestorsOf(item.parent)) {
        const id = was.kind === 'map' ? was.fields[key] : undefined;
        if (id) add(Y.createID(...id));
      }
    }
    this.#ancestors.set(type, found);
    return found;
  }

  /** What was under one key of a map, from an entry back to the first one. */
  #chain(id: Y.ID | null): DeletedContent[] {
    const found: DeletedContent[] = [];
    for (let step = 0; id && step < MAX_STEPS; step++) {
      const was = this.#context.deleted.find(id.client, id.clock)?.content;
      if (was) found.push(was);
      // Yjs forgets what stood in an item that is gone.
      const before = was && 'before' in was ? was.before : undefined;
      id = before ? Y.createID(...before) : (this.#item(id.client, id.clock)?.origin ?? null);
    }
    return found;
  }

  // P2: items with all that was in them; P4: fields; P5: whether an item is removed

  #lookAtField(item: Y.Item, key: string): void {
    const { id, content, parent } = item;
    if (key === 'removed') return void this.#flags.push([id.client, id.clock, item.length, null, null, 'removal']);
    if (!(content instanceof Y.ContentAny)) return;
    // Of several values in one piece the last is the field's; as the app writes them each is one by itself.
    const json = JSON.stringify(content.arr.at(-1));
    const was = parent instanceof Y.AbstractType && this.#isNew(parent) ? this.#ancestorsOf(parent) : [];
    const source = was.length > 0 ? this.#sameValue(was, key, json) : this.#ownEarlier(item, json);
    if (source) this.#restored.push({ ...item.lastId, length: 1, source });
  }

  #isNew<E>({ _item: item }: Y.AbstractType<E>): boolean {
    return item !== null && isNewIn(this.#transaction, item);
  }

  #sameValue(container: readonly DeletedContent[], key: string, json: string): OldId | null {
    for (const was of container) {
      const id = was.kind === 'map' ? was.fields[key] : undefined;
      const value = id && this.#context.deleted.find(...id);
      if (value?.content.kind === 'value' && value.content.json === json) return value;
    }
    return null;
  }

  /** An earlier value of a field that this person overwrote or deleted and now sets again. */
  #ownEarlier(item: Y.Item, json: string): OldId | null {
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

  #item(client: number, clock: number): Y.Item | null {
    if (clock < 0 || clock >= Y.getState(this.#doc.store, client)) return null;
    const struct = structsIn(this.#doc, client, clock, 1)[0];
    return struct instanceof Y.Item ? struct : null;
  }
}

/** How long the end of `units` is that `text` begins with. */
function endLike(units: readonly (string | null)[], text: string, steps: Steps): number {
  const longest = Math.min(units.length, text.length);
  for (let length = longest; length > Math.max(0, longest - MAX_LENGTHS) && !steps.areSpent; length--) {
    if (endsLike(units, text, length, steps)) return length;
  }
  return 0;
}

/** Whether the last `length` units can be what `text` begins with, as far as both are known. */
function endsLike(units: readonly (string | null)[], text: string, length: number, steps: Steps): boolean {
  const from = units.length - length;
  const end = Math.min(length, text.length);
  let i = 0;
  while (i < end && (units[from + i] ?? text[i]) === text[i]) i++;
  steps.take(i + 1);
  return i === end;
}

/** Whether nobody knows what some of the last `length` units were. */
function isGuess(units: readonly (string | null)[], length: number): boolean {
  return units.slice(units.length - length).includes(null);
}

function isText({ content }: Y.Item): boolean {
  return content instanceof Y.ContentString || content instanceof Y.ContentDeleted;
}

/** Whether an item stands directly behind the id before its own. */
function follows(item: Y.Item): boolean {
  return item.origin !== null && item.origin.client === item.id.client && item.origin.clock === item.id.clock - 1;
}
