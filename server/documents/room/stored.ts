import type * as Y from 'yjs';
import type { DeletedContents } from '../attribution/deleted.ts';
import type { Head } from '../ledger/ledger.ts';
import { isSnapshotDue, weightOf } from '../ledger/snapshots.ts';
import type { Stores } from './stores.ts';
import type { Turn } from './turn.ts';

/** What of an open document lies on disk, and how it comes there. */
export class Stored {
  /** The live document as it was loaded; it goes on ahead of the disk. */
  readonly doc: Y.Doc;
  readonly #documentId: string;
  readonly #stores: Stores;
  #bytes: number;
  #head: Head;
  /** What the rows since the last snapshot would cost whoever opens the document. */
  #weight: number;
  /** Computed while writing; valid when the transaction commits. */
  #written: { head: Head; weight: number; bytes: number | null } | null = null;
  /** The state on disk, once somebody asked for it while the live document was ahead. */
  #durable: Y.Doc | null = null;

  /** @throws when what is on disk does not give the document */
  constructor(documentId: string, head: Head, stores: Stores) {
    this.#documentId = documentId;
    this.#stores = stores;
    this.#head = head;
    const { doc, bytes, weight } = stores.snapshots.load(documentId, head);
    this.doc = doc;
    this.#bytes = bytes;
    this.#weight = weight;
  }

  /** About how many bytes the encoded live document takes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The live document has grown by a change of so many bytes. */
  grew(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The document without what is not on disk yet. Only to be read. */
  durableDoc(): Y.Doc {
    return (this.#durable ??= this.#stores.snapshots.load(this.#documentId, this.#head).doc);
  }

  /** Writes what happened. Call inside a transaction; may be called again when that fails. */
  write(turn: Turn, deletedContents: DeletedContents): void {
    const { ledger, claims, authors, deleted, participations, snapshots, now } = this.#stores;
    const documentId = this.#documentId;
    for (const claim of turn.claims) claims.insert(documentId, claim);
    for (const range of turn.provenance) authors.insert(documentId, range);
    for (const entry of deletedContents.pending()) deleted.insert(documentId, entry);
    for (const actor of turn.participants) participations.insert(documentId, actor, now());
    const head = ledger.append(documentId, this.#head, turn.entries);
    const weight = this.#weight + weightOf(turn.entries);
    this.#written = isSnapshotDue(weight, this.#bytes)
      ? { head, weight: 0, bytes: snapshots.store(documentId, head.seq, this.doc) }
      : { head, weight, bytes: null };
  }

  /** The transaction is through. False: there was nothing of this document in it. */
  committed(): boolean {
    if (!this.#written) return false;
    this.#head = this.#written.head;
    this.#weight = this.#written.weight;
    // Changes are larger than what they leave behind: a state that was encoded anyhow tells how large it is.
    this.#bytes = this.#written.bytes ?? this.#bytes;
    this.#written = null;
    this.#durable = null;
    if (this.#weight === 0) this.#stores.upkeep.add(this.#documentId);
    return true;
  }

  /** Keeps what was written since the last snapshot as a new one. All of the document must be on disk. */
  keepSnapshot(): void {
    if (this.#weight === 0) return;
    const { snapshots, upkeep, log } = this.#stores;
    try {
      snapshots.store(this.#documentId, this.#head.seq, this.doc);
      upkeep.add(this.#documentId);
    } catch (error) {
      // Only opening takes longer without it.
      log.warn({ err: error, document: this.#documentId }, 'cannot store a snapshot');
    }
  }
}
