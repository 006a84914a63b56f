import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../db/client.ts';
import { invitation, invitationMail } from '../db/schema.ts';
import { write } from '../db/write.ts';
import type { Invitations } from '../auth/invitations.ts';
import { RateLimit } from '../auth/rate-limit.ts';
import type { Log } from '../log.ts';
import { invitationLetter } from './invitation-letter.ts';
import { MailError, type MailTransport } from './transport.ts';

const MINUTE_MS = 60_000;
/** Pauses before each further attempt; after the last one the letter could not be sent. */
const RETRY_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS];
/** setTimeout knows no more. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
const FAREWELL_MS = 3_000;
const LETTERS_PER_WORKSPACE = 100;
const WINDOW_MS = 60 * MINUTE_MS;

type Options = {
  db: Db;
  invitations: Invitations;
  transport: MailTransport;
  /** Public address. */
  origin: string;
  log: Log;
  now?: () => number;
  retryMs?: readonly number[];
};
type Row = typeof invitationMail.$inferSelect;

/**
 * Sends invitations off the request, one letter at a time, and keeps in the database what became of each. A token is
 * never stored: after a restart a letter that still waits gets a new one.
 */
export class Outbox {
  readonly #options: Required<Options>;
  /** Tokens of letters that wait, by invitation. */
  readonly #tokens = new Map<string, string>();
  readonly #limit: RateLimit;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;

  constructor(options: Options) {
    this.#options = { now: Date.now, retryMs: RETRY_MS, ...options };
    this.#limit = new RateLimit({ attempts: LETTERS_PER_WORKSPACE, windowMs: WINDOW_MS, now: this.#options.now });
  }

  /** What is wrong with the mail server, in one line; null: it would take letters. */
  check(): Promise<string | null> {
    return this.#options.transport.check();
  }

  /** Counts a letter of a workspace. Null: go ahead; else the time (ms since 1970) when the next one is possible. */
  attempt(workspaceId: string): number | null {
    return this.#limit.take(workspaceId);
  }

  /** The letter of a fresh invitation (`Invitations.create` with `mail`) is to go out with this token. */
  post(invitationId: string, token: string): void {
    this.#tokens.set(invitationId, token);
    this.wake();
  }

  /** Sends the letter of an open invitation once more, with a new link. False when there is none to be sent. */
  async postAgain(workspaceId: string, invitationId: string): Promise<boolean> {
    const { db, now, invitations } = this.#options;
    if (!(await invitations.letter(invitationId))) return false;
    const again = await write(db, (tx) => {
      const mine = tx
        .select({ id: invitation.id })
        .from(invitation)
        .where(and(eq(invitation.id, invitationId), eq(invitation.workspaceId, workspaceId)));
      const over = inArray(invitationMail.state, ['sent', 'failed']);
      const { changes } = tx
        .update(invitationMail)
        .set({ state: 'waiting', problem: null, attempts: 0, at: now() })
        .where(and(inArray(invitationMail.invitationId, mine), over))
        .run();
      return changes > 0;
    });
    if (again) this.wake();
    return again;
  }

  /** Looks whether something is to be sent; at the start too. */
  wake(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#again) this.wake();
    });
  }

  /**
   * Resolves when the letter that is under way has been sent or not; a mail server that is silent is not waited for.
   */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#options.transport.close();
    await Promise.race([this.#running, delay(FAREWELL_MS, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#forgetExpired();
        for (let row = this.#due(); row && !this.#closed; row = this.#due()) await this.#send(row);
      }
    } catch (error) {
      this.#options.log.error({ err: error }, 'cannot look after letters');
      this.#wakeIn(MINUTE_MS);
      return;
    }
    const next = this.#first();
    if (next) this.#wakeIn(next.at - this.#options.now());
  }

  #wakeIn(ms: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(ms, 0), LONGEST_WAIT_MS));
    this.#timer.unref();
  }

  /** The letter whose turn is first. */
  #first(): Row | undefined {
    const waits = eq(invitationMail.state, 'waiting');
    return this.#options.db.orm.select().from(invitationMail).where(waits).orderBy(asc(invitationMail.at)).get();
  }

  #due(): Row | undefined {
    const row = this.#first();
    return row && row.at <= this.#options.now() ? row : undefined;
  }

  async #send({ invitationId, email, locale, attempts }: Row): Promise<void> {
    const { invitations, transport, origin, log, now, retryMs } = this.#options;
    const letter = await invitations.letter(invitationId);
    if (!letter) return this.#forget(invitationId);
    try {
      const token = this.#tokens.get(invitationId) ?? (await invitations.renewToken(invitationId));
      this.#tokens.set(invitationId, token);
      await transport.send(invitationLetter(letter, { to: email, link: `${origin}/join/${token}`, locale }));
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      const pause = error.final ? undefined : retryMs[attempts];
      log.warn({ invitation: invitationId, problem: error.problem, code: error.code, attempt: attempts + 1 }, 'letter');
      const { problem } = error;
      if (pause === undefined) this.#tokens.delete(invitationId);
      const state = pause === undefined ? 'failed' : 'waiting';
      return this.#note(invitationId, { state, problem, attempts: attempts + 1, at: now() + (pause ?? 0) });
    }
    this.#tokens.delete(invitationId);
    log.info({ invitation: invitationId }, 'letter sent');
    await this.#note(invitationId, { state: 'sent', problem: null, attempts: attempts + 1, at: now() });
  }

  async #note(invitationId: string, change: Partial<Row>): Promise<void> {
    const mine = eq(invitationMail.invitationId, invitationId);
    await write(this.#options.db, (tx) => tx.update(invitationMail).set(change).where(mine).run());
  }

  async #forget(invitationId: string): Promise<void> {
    this.#tokens.delete(invitationId);
    const mine = eq(invitationMail.invitationId, invitationId);
    await write(this.#options.db, (tx) => tx.delete(invitationMail).where(mine).run());
  }

  /** Addresses are kept no longer than they are of use. */
  async #forgetExpired(): Promise<void> {
    const { db, now } = this.#options;
    await write(db, (tx) => {
      const expired = tx.select({ id: invitation.id }).from(invitation).where(lte(invitation.expiresAt, now()));
      tx.delete(invitationMail).where(inArray(invitationMail.invitationId, expired)).run();
    });
  }
}
