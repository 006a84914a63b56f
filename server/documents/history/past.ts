import { setImmediate as nextTurn } from 'node:timers/promises';
import * as Y from 'yjs';
import type { Moment } from '#domain/history.ts';
import type { LedgerReader } from '../ledger/reader.ts';
import { checkWhole, replay } from '../ledger/replay.ts';
import type { Checkpoints } from './checkpoints.ts';

/** Makes documents as they once were. Works in slices and lets others have the event loop in between. */
export class Past {
  readonly #reader: LedgerReader;
  readonly #checkpoints: Checkpoints;

  constructor(reader: LedgerReader, checkpoints: Checkpoints) {
    this.#reader = reader;
    this.#checkpoints = checkpoints;
  }

  /** The newest row at a moment; null when the document had not begun, or has not come so far. */
  seqOf(documentId: string, moment: Moment): number | null {
    const head = this.#reader.headSeq(documentId);
    if (head === null) return null;
    const seq = 'seq' in moment ? moment.seq : this.#reader.lastSeqAt(documentId, moment.at);
    return Number.isSafeInteger(seq) && seq >= 1 && seq <= head ? seq : null;
  }

  /**
   * The document after a row: the nearest checkpoint, and the rows from there.
   * @throws when the rows do not give the document
   */
  async after(documentId: string, seq: number): Promise<Y.Doc> {
    for (let upTo = seq; ;) {
      const base = await this.#checkpoints.nearest(documentId, upTo);
      try {
        return await this.#replay(documentId, base, seq);
      } catch (error) {
        if (!base) throw error;
        // What is derived may be wrong: the one before it takes longer.
        upTo = base.seq - 1;
      }
    }
  }

  async #replay(documentId: string, base: { seq: number; state: Uint8Array } | null, seq: number): Promise<Y.Doc> {
    const doc = new Y.Doc();
    if (base) replay(doc, base.state, []);
    for (const slice of this.#reader.slices(documentId, (base?.seq ?? 0) + 1, seq)) {
      replay(doc, null, slice);
      await nextTurn();
    }
    checkWhole(doc);
    return doc;
  }
}
