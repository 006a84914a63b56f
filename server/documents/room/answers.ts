import * as Y from 'yjs';
import { step2Frame, updateFrame } from '../messages.ts';

/** Changes that are told behind an encoded state before it is encoded anew. */
const TAIL_FRAMES = 200;
/** Their bytes, as a share of the encoded state. */
const TAIL_SHARE = 0.25;
/** Bytes of answers to state vectors that are kept: after a restart nearly everybody has the same one. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** A client takes a sync step 2 for everything there is, and goes on from it: it ends an answer of several frames. */
const NOTHING_MORE = step2Frame(Uint8Array.of(0, 0));

/**
 * Answers to sync step 1, in frames. Encoding a state takes as long as it is large, so it is not made for each of a
 * crowd that comes at once, and not anew because somebody types meanwhile: who has nothing gets the state as it was
 * encoded once and the changes since then.
 */
export class Answers {
  readonly #doc: Y.Doc;
  #state: Buffer | null = null;
  /** Changes since the state was encoded. */
  #tail: Buffer[] = [];
  #tailBytes = 0;
  /** Answers for this version of the document, by encoded state vector. */
  readonly #byVector = new Map<string, Buffer>();
  #keptBytes = 0;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
  }

  /** The document has changed, and these frames tell how. */
  changed(frames: readonly Buffer[]): void {
    if (frames.length === 0) return;
    this.#forgetVectors();
    if (this.#state === null) return;
    for (const frame of frames) {
      this.#tail.push(frame);
      this.#tailBytes += frame.length;
    }
    if (this.#tail.length > TAIL_FRAMES || this.#tailBytes > TAIL_SHARE * this.#state.length) this.#forgetState();
  }

  /** What somebody lacks who has these clocks. To be asked when the document holds nothing that may not be shown. */
  to(known: Map<number, number>): readonly Buffer[] {
    if (known.size > 0) return [this.#difference(known)];
    this.#state ??= updateFrame(Y.encodeStateAsUpdate(this.#doc));
    return [this.#state, ...this.#tail, NOTHING_MORE];
  }

  #difference(known: Map<number, number>): Buffer {
    const vector = Y.encodeStateVector(known);
    const key = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('latin1');
    const kept = this.#byVector.get(key);
    if (kept) return kept;
    const frame = step2Frame(Y.encodeStateAsUpdate(this.#doc, vector));
    if (this.#keptBytes + frame.length > KEPT_BYTES) this.#forgetVectors();
    this.#byVector.set(key, frame);
    this.#keptBytes += frame.length;
    return frame;
  }

  #forgetVectors(): void {
    this.#byVector.clear();
    this.#keptBytes = 0;
  }

  #forgetState(): void {
    this.#state = null;
    this.#tail = [];
    this.#tailBytes = 0;
  }
}
