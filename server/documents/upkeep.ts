import type { Log } from '../log.ts';
import type { Checkpoints } from './history/checkpoints.ts';
import type { Commits } from './ledger/commits.ts';
import type { Packer } from './ledger/packer.ts';

/** How long after a snapshot the work begins. */
const LEISURE_MS = 1_000;
/** Between two slices of work, and while changes wait for the database or another process has it. */
const PAUSE_MS = 25;
const BUSY_MS = 200;

/**
 * What is done behind people's backs: a checkpoint now and then, and history packed into chunks. In slices of a few
 * milliseconds, none while a change waits to become durable.
 */
export class Upkeep {
  readonly #packer: Packer;
  readonly #checkpoints: Checkpoints;
  readonly #commits: Commits;
  readonly #log: Log;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: { packer: Packer; checkpoints: Checkpoints; commits: Commits; log: Log }) {
    this.#packer = parts.packer;
    this.#checkpoints = parts.checkpoints;
    this.#commits = parts.commits;
    this.#log = parts.log;
    // Also what an earlier version wrote, or this one before its process ended.
    for (const documentId of this.#packer.due()) this.add(documentId);
  }

  /** A document has a new snapshot: what lies behind it is history. */
  add(documentId: string): void {
    this.#waiting.add(documentId);
    this.#schedule(LEISURE_MS);
  }

  /** Resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(pause: number): void {
    if (this.#stopped || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#slice().then((next) => {
        this.#timer = null;
        if (next !== null) this.#schedule(next);
      });
    }, pause);
    this.#timer.unref();
  }

  /** Does one thing. Returns how long to wait for the next; null when there is nothing to do. */
  async #slice(): Promise<number | null> {
    const [documentId] = this.#waiting;
    if (documentId === undefined) return null;
    if (this.#commits.load().pendingRows > 0) return BUSY_MS;
    const outcome = await this.#work(documentId);
    if (outcome === 'busy') return BUSY_MS;
    if (outcome === 'done') this.#waiting.delete(documentId);
    return PAUSE_MS;
  }

  async #work(documentId: string): Promise<'more' | 'done' | 'busy'> {
    try {
      const kept = await this.#checkpoints.keep(documentId);
      if (kept !== 'nothing') return kept === 'busy' ? 'busy' : 'more';
      const packed = await this.#packer.pack(documentId);
      if (packed === 'busy') return 'busy';
      return packed === 'packed' ? 'more' : 'done';
    } catch (error) {
      // Nothing depends on it; the next snapshot is another occasion.
      this.#log.warn({ err: error, document: documentId }, 'cannot pack the history of a document');
      return 'done';
    }
  }
}
