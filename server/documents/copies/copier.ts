import * as Y from 'yjs';
import type { AuthorIndex } from '#domain/authorship.ts';
import { newId } from '#domain/ids.ts';
import { isRemoved, type ItemMap } from '#domain/plan/read.ts';
import type { Attributes } from '#domain/rich-text.ts';
import { splitsCharacter } from '#domain/surrogates.ts';
import { structsIn } from '../ids/structs.ts';
import type { CopyEdit } from '../documents.ts';
import type { CreditedRange } from '../ledger/ledger.ts';
import { readRuns, sliceRuns, type FormattedRun } from './text-runs.ts';

/** A document that is copied from, and who wrote what in it. */
export type CopySource = { doc: Y.Doc; index: AuthorIndex };

/** One step through a text, as Yjs's deltas have them; what is inserted says where it is from. */
export type Step =
  | { retain: number; attributes?: Attributes }
  | { delete: number }
  | { insert: readonly FormattedRun[]; attributes: Attributes };

/**
 * Writes copies under the document's own client id, which belongs to the server, and keeps for each of the new ids who
 * wrote the old one (SPEC.md, K2). To be used inside of one transaction.
 */
export class Copier implements CopyEdit {
  readonly doc: Y.Doc;
  readonly source: Y.Doc;
  readonly #from: AuthorIndex;
  readonly #index: AuthorIndex;
  readonly #credits: CreditedRange[] = [];

  /** @param index who wrote what in `doc`; what is copied is added to it at once, for it may be copied again */
  constructor(doc: Y.Doc, index: AuthorIndex, source: CopySource) {
    this.doc = doc;
    this.source = source.doc;
    this.#index = index;
    this.#from = source.index;
  }

  /** Whose the copies are, as far as they are anybody's. */
  get credits(): readonly CreditedRange[] {
    return this.#credits;
  }

  copyText(from: Y.Text, to: Y.Text, place: { start?: number; end?: number; at?: number } = {}): void {
    const { start = 0, end = from.length, at = to.length } = place;
    if (!isPlace(from, start) || !isPlace(from, end) || !isPlace(to, at)) throw new Error('There is no such place');
    const runs = sliceRuns(readRuns(from), start, end);
    this.change(to, [...(at > 0 ? [{ retain: at }] : []), ...inserting(runs)]);
  }

  copyField(from: ItemMap, to: ItemMap, name: string): void {
    const entry = from._map.get(name);
    if (!entry || entry.deleted) return;
    const value = from.get(name);
    if (value instanceof Y.AbstractType) throw new Error(`${name} is no plain value`);
    if (!to.has(name) || to.get(name) !== value) this.#set(to, name, value, entry);
  }

  copyItem(
    from: ItemMap,
    into: Y.Map<ItemMap>,
    values: Readonly<Record<string, unknown>> = {},
    names: Iterable<string> = from.keys(),
  ): string {
    const id = newId();
    this.copyItemAs(id, from, into, values, names);
    return id;
  }

  /** As `copyItem`, under an id that is given. */
  copyItemAs(
    id: string,
    from: ItemMap,
    into: Y.Map<ItemMap>,
    values: Readonly<Record<string, unknown>> = {},
    names: Iterable<string> = from.keys(),
  ): void {
    const copied = [...names].filter((name) => name !== 'removed' && !Object.hasOwn(values, name));
    const item: ItemMap = new Y.Map();
    this.#set(into, id, item, from._item);
    for (const name of copied) this.#copyEntry(from, item, name);
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined && value !== null) item.set(name, value);
    }
    // As whatever is added in the app: see decision 0014.
    item.set('removed', false);
  }

  #copyEntry(from: ItemMap, to: ItemMap, name: string): void {
    const value = from.get(name);
    if (value instanceof Y.Text) {
      const text = new Y.Text();
      to.set(name, text);
      this.copyText(value, text);
    } else if (value instanceof Y.Map) {
      const map: ItemMap = new Y.Map();
      to.set(name, map);
      for (const [key, inner] of value.entries()) {
        if (!(inner instanceof Y.Map)) this.copyField(value, map, key);
        else if (!isRemoved(inner)) this.copyItem(inner, map as Y.Map<ItemMap>);
      }
    } else if (value !== undefined) this.copyField(from, to, name);
  }

  /** Goes through a text step by step. */
  change(text: Y.Text, steps: readonly Step[]): void {
    if (steps.every((step) => 'retain' in step && !step.attributes)) return;
    const before = this.#clock;
    text.applyDelta(
      steps.map((step) =>
        'insert' in step
          ? { insert: step.insert.map((run) => run.text).join(''), attributes: { ...step.attributes } }
          : { ...step, ...('attributes' in step ? { attributes: { ...step.attributes } } : {}) },
      ),
    );
    const insertions = steps.flatMap((step) => ('insert' in step ? [step.insert] : []));
    if (insertions.length === 0) return;
    // Yjs makes one piece of text of each insertion, in their order.
    const written = structsIn(this.doc, this.doc.clientID, before, this.#clock - before).filter(
      (struct) => struct instanceof Y.Item && struct.content instanceof Y.ContentString,
    );
    if (written.length !== insertions.length) throw new Error('Text was not inserted as it was meant to be');
    written.forEach((struct, i) => {
      let { clock } = struct.id;
      for (const run of insertions[i] ?? []) {
        this.#credit(clock, run.text.length, run.client, run.clock);
        clock += run.text.length;
      }
    });
  }

  /** Sets an entry that is whoever's the old entry is; null: nobody's. */
  #set<T>(map: Y.Map<T>, key: string, value: T, old: Y.Item | null): void {
    const clock = this.#clock;
    map.set(key, value);
    if (old) this.#credit(clock, 1, old.id.client, old.lastId.clock);
  }

  #credit(clock: number, length: number, client: number, oldClock: number): void {
    for (const run of this.#from.runs(client, oldClock, length)) {
      // The ids are the server's: what has no author needs no credit.
      if (run.author) this.#add(clock, run.length, run.author.person, run.author.organisation);
      clock += run.length;
    }
  }

  #add(clock: number, length: number, person: string, organisation: string | null): void {
    this.#index.add({ clients: [], ranges: [[this.doc.clientID, clock, length, person, organisation]] });
    const last = this.#credits.at(-1);
    if (last && last[1] + last[2] === clock && last[3] === person && last[4] === organisation) last[2] += length;
    else this.#credits.push([this.doc.clientID, clock, length, person, organisation, 'copy']);
  }

  get #clock(): number {
    return Y.getState(this.doc.store, this.doc.clientID);
  }
}

/** Whether something can be put, or cut, there: not beyond the text, and not in the middle of a character. */
function isPlace(text: Y.Text, at: number): boolean {
  return at >= 0 && at <= text.length && !splitsCharacter(text.toString(), at);
}

/** Steps that insert runs, those of one format together. */
export function inserting(runs: readonly FormattedRun[]): Step[] {
  const steps: { insert: FormattedRun[]; attributes: Attributes }[] = [];
  for (const run of runs) {
    const last = steps.at(-1);
    if (last && sameFormat(last.attributes, run.attributes)) last.insert.push(run);
    else steps.push({ insert: [run], attributes: run.attributes });
  }
  return steps;
}

function sameFormat(a: Attributes, b: Attributes): boolean {
  return a === b || JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
