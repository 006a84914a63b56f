import type { Database } from 'better-sqlite3';
import { isBusy } from '../../db/write.ts';
import type { Log } from '../../log.ts';
import type { Load, Meter } from '../meter.ts';

/** Something with changes that have to become durable: a room. */
export type Pending = {
  documentId: string;
  /** Ledger rows that are pending. */
  readonly rows: number;
  /** How many people are told of them. */
  readonly audience: number;
  /** Writes everything that is pending; may be called again when the transaction fails. */
  write(): void;
  /** What was pending is on disk. */
  committed(): void;
  /** It never will be: forget the changes. */
  failed(): void;
  /** `committed` threw. */
  broken(error: unknown): void;
};

const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 250;
/**
 * How long changes gather for each person who was told of the last ones (ms), and at most. Telling three hundred
 * browsers takes some 3 ms of system calls, whether each is told one keystroke or two, and nobody sees 20 ms; where
 * twenty people write, a longer pause would only make letters come later.
 */
const GATHERING_MS = 1 / 15;
const LONGEST_GATHERING_MS = 20;

/**
 * Makes changes durable. Whatever arrives in one turn of the event loop goes to disk in one transaction: almost at once
 * where few are told, and after a pause that grows with their number, so that a crowd costs one transaction and one
 * write to each socket for many of its keystrokes. A slow disk gets half of the time: pages wait for it, too.
 */
export class Commits {
  readonly #sqlite: Database;
  readonly #sql;
  readonly #log: Log;
  readonly #meter: Meter;
  /** Since when (`performance.now()`) each waits, the oldest first. */
  readonly #waiting = new Map<Pending, number>();
  #scheduled = false;
  #retry = FIRST_RETRY_MS;
  #idle: (() => void)[] = [];
  #next: NodeJS.Timeout | undefined;
  /** When the next transaction may begin (`performance.now()`). */
  #freeAt = 0;
  #storing = true;
  #stopped = false;

  constructor(sqlite: Database, log: Log, meter: Meter) {
    this.#sqlite = sqlite;
    this.#sql = {
      begin: sqlite.prepare('BEGIN IMMEDIATE'),
      savepoint: sqlite.prepare('SAVEPOINT room'),
      rollbackRoom: sqlite.prepare('ROLLBACK TO room'),
      releaseRoom: sqlite.prepare('RELEASE room'),
      rollback: sqlite.prepare('ROLLBACK'),
      commit: sqlite.prepare('COMMIT'),
    };
    this.#log = log;
    this.#meter = meter;
  }

  add(pending: Pending): void {
    if (!this.#waiting.has(pending)) this.#waiting.set(pending, performance.now());
    this.#schedule();
  }

  /** Whether everything that waits is on disk within so many milliseconds. */
  settled(patience: number): Promise<boolean> {
    if (this.#waiting.size === 0) return Promise.resolve(true);
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(false), patience);
      this.#idle.push(() => {
        clearTimeout(giveUp);
        resolve(true);
      });
    });
  }

  /** Writes nothing more. What still waits was acknowledged to nobody: its clients have it and send it again. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#next);
    const documents = this.#waiting.size;
    if (documents > 0) this.#log.warn({ documents }, 'ends with changes that could not be stored');
  }

  load(): Pick<Load, 'pendingRows' | 'pendingMs' | 'storing'> {
    const [oldest] = this.#waiting.values();
    return {
      pendingRows: [...this.#waiting.keys()].reduce((sum, { rows }) => sum + rows, 0),
      pendingMs: oldest === undefined ? 0 : performance.now() - oldest,
      storing: this.#storing,
    };
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const pause = Math.round(this.#freeAt - performance.now());
    if (pause > 0) this.#next = setTimeout(() => this.#run(), pause);
    else setImmediate(() => this.#run());
  }

  #run(): void {
    if (this.#stopped) return;
    const begun = performance.now();
    const metered = this.#meter.now();
    const outcome = this.#commit();
    if (outcome === 'busy') {
      // Somebody else writes. Off the loop, so that pages and awareness go on; nothing is shown meanwhile.
      this.#next = setTimeout(() => this.#run(), this.#retry);
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY_MS);
      return;
    }
    this.#meter.took('commit', metered);
    const took = performance.now() - begun;
    const durable = this.#meter.now();
    this.#retry = FIRST_RETRY_MS;
    this.#scheduled = false;
    const { written, failed } = outcome;
    this.#storing = failed.length === 0;
    const told = written.reduce((sum, { audience }) => sum + audience, 0);
    for (const pending of [...written, ...failed]) this.#waiting.delete(pending);
    for (const pending of failed) pending.failed();
    for (const pending of written) {
      try {
        pending.committed();
      } catch (error) {
        pending.broken(error);
      }
    }
    // Behind what sockets send at the end of this turn, which is most of the work.
    process.nextTick(() => {
      this.#meter.took('broadcast', durable);
      this.#freeAt = performance.now() + Math.min(LONGEST_GATHERING_MS, Math.max(took, told * GATHERING_MS));
    });
    if (this.#waiting.size > 0) this.#schedule();
    if (this.#waiting.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #commit(): { written: Pending[]; failed: Pending[] } | 'busy' {
    const written: Pending[] = [];
    const failed: Pending[] = [];
    try {
      this.#sql.begin.run();
      for (const pending of this.#waiting.keys()) {
        this.#sql.savepoint.run();
        try {
          pending.write();
          written.push(pending);
        } catch (error) {
          this.#log.error({ err: error, document: pending.documentId }, 'cannot append to the ledger');
          this.#sql.rollbackRoom.run();
          failed.push(pending);
        }
        this.#sql.releaseRoom.run();
      }
      this.#sql.commit.run();
      return { written, failed };
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sql.rollback.run();
      if (isBusy(error)) return 'busy';
      this.#log.error({ err: error }, 'cannot write to the database');
      return { written: [], failed: [...this.#waiting.keys()] };
    }
  }
}
