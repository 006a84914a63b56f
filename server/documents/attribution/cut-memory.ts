import type { Database } from 'better-sqlite3';
import type * as Y from 'yjs';
import type { IdRange } from '../ledger/ledger.ts';
import { addAuthors, type AuthoredUnits, type Cut } from './cuts.ts';
import { EqualText, LEAST, type Equal } from './equal-text.ts';

/** A piece of text that somebody deleted. */
export type Piece = Pick<Cut, 'text' | 'authors' | 'first' | 'last'> & { documentId: string; at: number };

/** How long what was deleted is remembered. */
const REMEMBERED_MS = 10 * 60_000;
/** UTF-16 units that are remembered of one person, and of all. */
const UNITS_OF_A_PERSON = 256 * 1024;
const UNITS_OF_ALL = 4 * 1024 * 1024;
/** Deleting key by key makes one piece, up to so many units. */
const UNITS_BY_KEY = 1000;

/**
 * What people deleted within the last minutes, to see that they put it somewhere else (SPEC.md, M): by workspace and
 * person, beyond the rooms it was deleted in, and in memory alone.
 */
export class CutMemory {
  readonly #workspaceOf;
  /** Whoever deleted last comes last. */
  readonly #people = new Map<string, Remembered>();
  #units = 0;

  constructor(sqlite: Database) {
    this.#workspaceOf = sqlite.prepare<[string], { workspace_id: string }>(
      'SELECT workspace_id FROM document WHERE id = ?',
    );
  }

  /** What people deleted in the workspace of a document. */
  of(documentId: string): DocumentCuts {
    const workspace = this.#workspaceOf.get(documentId)?.workspace_id ?? documentId;
    const keyOf = (personId: string) => `${workspace} ${personId}`;
    return {
      add: (personId, cuts, at) => this.#add(keyOf(personId), documentId, cuts, at),
      find: (personId, text, at) => this.#people.get(keyOf(personId))?.find(text, at - REMEMBERED_MS) ?? [],
    };
  }

  #add(key: string, documentId: string, cuts: readonly Cut[], at: number): void {
    if (cuts.length === 0) return;
    const person = this.#people.get(key) ?? new Remembered();
    this.#units -= person.units;
    for (const cut of cuts) person.add(documentId, cut, at);
    this.#people.delete(key);
    this.#people.set(key, person);
    this.#units += person.units;
    this.#forget(at - REMEMBERED_MS);
  }

  /** Forgets whoever has deleted nothing lately, and more of them when it is too much. */
  #forget(before: number): void {
    for (const [key, person] of this.#people) {
      if (person.newest >= before && this.#units <= UNITS_OF_ALL) return;
      this.#people.delete(key);
      this.#units -= person.units;
    }
  }
}

/** What people deleted in one workspace, as one document's room sees it. */
export type DocumentCuts = {
  /** @param at milliseconds since 1970 */
  add(personId: string, cuts: readonly Cut[], at: number): void;
  /** Where a text equals what this person deleted shortly before. */
  find(personId: string, text: string, at: number): Equal<Piece>[];
};

class Remembered {
  /** Oldest first. */
  readonly #pieces: Piece[] = [];
  readonly #equal = new EqualText<Piece>();
  readonly #indexed = new Set<Piece>();
  units = 0;

  get newest(): number {
    return this.#pieces.at(-1)?.at ?? 0;
  }

  add(documentId: string, cut: Cut, at: number): void {
    const last = this.#pieces.at(-1);
    const joined = last && joinedTo(last, documentId, cut);
    // Too short to be found, and nothing was added to it.
    if (last && (joined || last.text.length < LEAST)) this.#drop(this.#pieces.length - 1);
    const { first, last: end, authors, text } = joined ?? cut;
    const kept = text.slice(0, UNITS_OF_A_PERSON);
    const authorsOfKept = authors.filter((run) => run.at < kept.length);
    this.#pieces.push({ documentId, at, text: kept, authors: authorsOfKept, first, last: end });
    this.units += kept.length;
    while (this.units > UNITS_OF_A_PERSON) this.#drop(0);
  }

  find(text: string, since: number): Equal<Piece>[] {
    while (this.#pieces[0] && this.#pieces[0].at < since) this.#drop(0);
    for (const piece of this.#pieces) {
      if (this.#indexed.has(piece) || piece.text.length < LEAST) continue;
      this.#indexed.add(piece);
      this.#equal.add(piece);
    }
    return this.#indexed.size > 0 ? this.#equal.find(text) : [];
  }

  #drop(index: number): void {
    const [piece] = this.#pieces.splice(index, 1);
    if (!piece) return;
    this.units -= piece.text.length;
    if (this.#indexed.delete(piece)) this.#equal.remove(piece);
  }
}

/** Both as one, when the later one was deleted directly before or behind the earlier one, as when keys are pressed. */
function joinedTo(last: Piece, documentId: string, cut: Cut): Pick<Cut, 'text' | 'authors' | 'first' | 'last'> | null {
  if (last.documentId !== documentId || last.text.length + cut.text.length > UNITS_BY_KEY) return null;
  if (cut.behind.some((range) => isIn(range, last.first))) {
    return { ...together(cut, last), first: cut.first, last: last.last };
  }
  if (cut.before.some((range) => isIn(range, last.last))) {
    return { ...together(last, cut), first: last.first, last: cut.last };
  }
  return null;
}

function together(a: Pick<Cut, 'text' | 'authors'>, b: Pick<Cut, 'text' | 'authors'>): Pick<Cut, 'text' | 'authors'> {
  const authors: AuthoredUnits[] = [];
  for (const run of a.authors) addAuthors(authors, { ...run });
  for (const run of b.authors) addAuthors(authors, { ...run, at: run.at + a.text.length });
  return { text: a.text + b.text, authors };
}

function isIn([client, clock, length]: IdRange, id: Y.ID): boolean {
  return id.client === client && id.clock >= clock && id.clock < clock + length;
}
