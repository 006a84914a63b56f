import type { Database } from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type * as Y from 'yjs';
import type { ChangeSet, Moment } from '#domain/history.ts';
import { AuthorIndex } from '#domain/authorship.ts';
import { applyUpdate, type Attribution } from '../attribution/attribution.ts';
import type { Actor } from '../actor.ts';
import { AuthorTable } from '../attribution/authors.ts';
import { DeletedContents, DeletedTable } from '../attribution/deleted.ts';
import { findRestored } from '../attribution/provenance.ts';
import type { RecordedRow } from '../ledger/chunk.ts';
import type { CreditedRange, IdRange } from '../ledger/ledger.ts';
import { LedgerReader } from '../ledger/reader.ts';
import { Checkpoints } from './checkpoints.ts';
import { Past } from './past.ts';
import { readRowChange, type RowChange } from './row-change.ts';
import { Sitting } from './sitting.ts';
import { Unshown } from './unshown.ts';

/** A set ends when its person has changed nothing for so long. */
const PAUSE_MS = 5 * 60_000;
/**
 * History is read in sections of about so many rows, and no set goes from one into the next. A section ends where
 * nobody wrote for the longest time among so many rows, so that hardly anybody is interrupted.
 */
const SECTION_ROWS = 2_048;
const MARGIN_ROWS = 512;
/** Rows that are looked at before others have the event loop again: some milliseconds. */
const SLICE_ROWS = 128;
/** Sections whose sets are remembered: they change no more. */
const REMEMBERED = 64;
/**
 * In the place of whoever wrote a row. Looking back asks which new text is old, whosever it was; an actor matters for
 * credits alone, and for fields that people set back to a value of their own (P4), which are told by value here.
 */
const NOBODY: Actor = { personId: '', organisationId: null };

type Memory = { index: AuthorIndex; deleted: DeletedContents };

/** A document as it was. */
export type PastDocument = {
  doc: Y.Doc;
  /** The newest row that is in it. */
  seq: number;
};

/** The past of documents, read from what is on disk. Never changes anything. */
export class History {
  readonly #reader: LedgerReader;
  readonly #past: Past;
  readonly #authors: AuthorTable;
  readonly #deleted: DeletedTable;
  readonly #sections = new Map<string, ChangeSet[]>();

  constructor(sqlite: Database) {
    this.#reader = new LedgerReader(sqlite);
    this.#past = new Past(this.#reader, new Checkpoints(sqlite));
    this.#authors = new AuthorTable(sqlite);
    this.#deleted = new DeletedTable(sqlite);
  }

  /**
   * A document as it was after a row, or at a time; null when there was, or is, no such moment.
   * @throws when the ledger is damaged
   */
  async at(documentId: string, moment: Moment): Promise<PastDocument | null> {
    const seq = this.#past.seqOf(documentId, moment);
    return seq === null ? null : { doc: await this.#past.after(documentId, seq), seq };
  }

  /**
   * Change sets, newest first; none when there is no such document.
   * @param before only sets that ended before this row: `toSeq` of the last one of the page before
   * @throws when the ledger is damaged
   */
  async changeSets(
    documentId: string,
    { before = Infinity, limit = 50 }: { before?: number; limit?: number } = {},
  ): Promise<ChangeSet[]> {
    const head = this.#reader.headSeq(documentId) ?? 0;
    const found: ChangeSet[] = [];
    const last = Math.min(before - 1, head);
    // A section ends a little before the row that it is named after.
    for (let n = Math.ceil((last + MARGIN_ROWS) / SECTION_ROWS); n >= 1 && found.length < limit; n--) {
      const sets = await this.#section(documentId, n, head);
      found.push(...sets.filter(({ toSeq }) => toSeq < before));
    }
    return found.slice(0, limit);
  }

  async #section(documentId: string, n: number, head: number): Promise<ChangeSet[]> {
    const key = `${documentId} ${n}`;
    const known = this.#sections.get(key);
    if (known) return known;
    const [from, to] = [this.#endOf(documentId, n - 1, head), this.#endOf(documentId, n, head)];
    if (from >= to) return [];
    const sets = await this.#changeSetsWithin(documentId, from + 1, to);
    if (n * SECTION_ROWS <= head) {
      this.#sections.set(key, sets);
      const [oldest] = this.#sections.keys();
      if (this.#sections.size > REMEMBERED && oldest !== undefined) this.#sections.delete(oldest);
    }
    return sets;
  }

  /** The last row of a section; the section that is still being written ends with the newest. */
  #endOf(documentId: string, n: number, head: number): number {
    const latest = n * SECTION_ROWS;
    if (n === 0 || latest > head) return Math.min(latest, head);
    let best = { seq: latest, pause: -1 };
    let previous: RecordedRow | null = null;
    for (const row of this.#reader.rows(documentId, latest - MARGIN_ROWS + 1, latest)) {
      const pause = previous ? row.at - previous.at : 0;
      if (previous && pause > best.pause) best = { seq: previous.seq, pause };
      previous = row;
    }
    return best.seq;
  }

  #memoryOf(documentId: string): Memory {
    const index = new AuthorIndex();
    index.add(this.#authors.message(documentId));
    return { index, deleted: new DeletedContents(documentId, this.#deleted) };
  }

  async #changeSetsWithin(documentId: string, from: number, to: number): Promise<ChangeSet[]> {
    const doc = await this.#past.after(documentId, from - 1);
    const memory = this.#memoryOf(documentId);
    const unshown = new Unshown();
    const finished: ChangeSet[] = [];
    let open: Sitting[] = [];
    const finish = (isOver: (sitting: Sitting) => boolean) => {
      const over = open.filter(isOver);
      if (over.length === 0) return;
      open = open.filter((sitting) => !over.includes(sitting));
      for (const sitting of over) finished.push(sitting.finish(doc));
    };
    for (const row of this.#reader.rows(documentId, from, to)) {
      if (row.seq % SLICE_ROWS === 0) await nextTurn();
      if (row.kind === 'claim') continue;
      finish((sitting) => row.at - sitting.to > PAUSE_MS);
      const change = unshown.seen(apply(doc, row, memory));
      // What a plain field went from and to is true only as long as nobody else changes it in between.
      finish((sitting) => !sitting.isOf(row) && sitting.shares(change));
      let sitting = open.find((one) => one.isOf(row));
      if (!sitting) open.push((sitting = new Sitting(row)));
      sitting.add(row, change);
    }
    finish(() => true);
    return finished.filter(({ items }) => items.length > 0).sort((a, b) => b.toSeq - a.toSeq);
  }
}

/** @param memory who wrote what, and what was deleted, in the document */
function apply(doc: Y.Doc, { bytes, provenance }: RecordedRow, memory: Memory): RowChange {
  let change: RowChange = { texts: [], values: [], presences: [] };
  applyUpdate(doc, bytes, (transaction, attribution) => {
    const credited = provenance === '[]' ? [] : (JSON.parse(provenance) as CreditedRange[]);
    const old = credited.map(([client, clock, length]): IdRange => [client, clock, length]);
    change = readRowChange(transaction, attribution, [...old, ...restored(transaction, attribution, memory)]);
  });
  return change;
}

/**
 * The ledger says what came back or was carried of somebody else's. What people bring back of their own is no new text
 * either: the same rules find it. They read derived tables; what is wrong with those makes it look new.
 */
function restored(transaction: Y.Transaction, attribution: Attribution, memory: Memory): IdRange[] {
  try {
    return findRestored(transaction, attribution, { ...memory, actor: NOBODY }).restored;
  } catch {
    return [];
  }
}
