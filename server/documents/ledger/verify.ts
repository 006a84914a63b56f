import type { Database } from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asText, FIRST_HASH, hashColumns, hashEncoded } from './chain.ts';
import {
  digestOfChunk,
  eachRow,
  NO_CREDITS,
  peek,
  readRow,
  recorded,
  type ChunkRow,
  type RecordedRow,
} from './chunk.ts';
import { claimedClientId } from './claim-entry.ts';
import { COLUMNS_AND_HASHES, type Column } from './encoding.ts';
import { CreditCheck } from './verify-credits.ts';
import { verifyStates } from './verify-states.ts';

/** What is wrong with a ledger, and at which row; in a chunk at its first one, where it cannot be told more closely. */
export type LedgerProblem = {
  seq: number;
  problem:
    /** A row is missing: its number is not the one that follows. */
    | 'gap'
    /** Something in the row or in the chunk is not what was written. */
    | 'changed'
    /** The row does not follow the one before it. */
    | 'chain'
    /** The row is there twice, by itself and in a chunk. */
    | 'overlap'
    /** The last row is not the one that the document remembers. */
    | 'head'
    /** The row is not the one that was remembered elsewhere, or is not there. */
    | 'anchor'
    /** The table of client ids says something else than the claims of the ledger. */
    | 'claims'
    /** The table of credits says something else than this row; at the last row: more than all rows together. */
    | 'credits'
    /** The snapshot or the checkpoint of this row is not what the rows make up to here. */
    | 'state';
};

export type LedgerReport = { documentId: string; rows: number; problems: LedgerProblem[] };

export type VerifyOptions = {
  /** Rows checked or replayed so far, and rows in all as the document remembers them, or to be replayed. */
  onProgress?: (step: 'checked' | 'replayed', done: number, all: number) => void;
  /** Rows as they were remembered elsewhere, when they were the newest: number and hash (hexadecimal). */
  anchors?: readonly Anchor[];
  /** Whether to replay the rows as well and to compare the states that are kept; takes several times as long. */
  states?: boolean;
};

export type Anchor = { seq: number; hash: string };

const SLICE = 500;
const MAX_PROBLEMS = 100;
/** What rows that are in order may differ from. */
const ABOUT_OTHERS: ReadonlySet<LedgerProblem['problem']> = new Set(['anchor', 'claims', 'credits', 'state']);

/**
 * Checks the whole ledger of a document: every column of every row against its hash, the chain through chunks and rows,
 * the head that is kept apart, and heads remembered elsewhere. And what follows from it: the claims, the credits, and
 * the states that are kept. Works in slices and lets others have the event loop in between; a server may be writing and
 * packing meanwhile.
 */
export async function verifyLedger(
  sqlite: Database,
  documentId: string,
  { onProgress = () => {}, anchors = [], states = true }: VerifyOptions = {},
): Promise<LedgerReport> {
  const read = sliceReader(sqlite, documentId);
  let check = new Check(
    new Map(anchors.map(({ seq, hash }) => [seq, hash.toLowerCase()])),
    new CreditCheck(sqlite, documentId),
  );
  /** The check as it stood behind the last chunk: rows behind it may move into one while they are looked at. */
  let packed = { first: Number.MIN_SAFE_INTEGER, check: check.copy() };
  for (;;) {
    const { chunk, rows, headSeq, headHash, claims, credits, isOverlapping } = read(packed.first, check.seq);
    if (chunk) {
      check = packed.check;
      check.chunk(chunk);
      if (isOverlapping) check.note(chunk.last_seq, 'overlap');
      packed = { first: chunk.first_seq, check: check.copy() };
    } else if (rows.length > 0) {
      for (const row of rows) check.row(row);
    } else {
      check.end(headSeq, headHash, claims, credits);
      break;
    }
    onProgress('checked', check.rows, headSeq);
    await nextTurn();
  }
  if (states && check.areRowsInOrder) {
    const tell = (done: number, all: number) => onProgress('replayed', done, all);
    for (const seq of await verifyStates(sqlite, documentId, tell)) check.note(seq, 'state');
  }
  return { documentId, rows: check.rows, problems: check.problems };
}

/** The documents that have, or should have, a ledger. */
export function documentsWithLedger(sqlite: Database): string[] {
  return sqlite
    .prepare<[], { id: string }>(
      `SELECT id FROM document UNION SELECT DISTINCT document_id FROM ledger
       UNION SELECT DISTINCT document_id FROM ledger_chunk ORDER BY id`,
    )
    .all()
    .map((row) => row.id);
}

type Slice = {
  /** The next chunk behind the one that begins with row `packedFirst`. */
  chunk: ChunkRow | undefined;
  /** Whether rows that this chunk holds, or that come before it, are in the table of rows as well. */
  isOverlapping: boolean;
  /** Without a chunk: the next rows behind `seq`, with their hashes. */
  rows: Column[][];
  /** When there is nothing more: what the table of client ids says. */
  claims: string[];
  /** When there is nothing more: how many credits the table of them has. */
  credits: number;
  headSeq: number;
  headHash: unknown;
};

/** Reads what comes next, all of it from one state of the database. */
function sliceReader(sqlite: Database, documentId: string): (packedFirst: number, seq: number) => Slice {
  const head = sqlite.prepare<[string], { head_seq: number; head_hash: unknown }>(
    'SELECT head_seq, head_hash FROM document WHERE id = ?',
  );
  const nextChunk = sqlite.prepare<[string, number], ChunkRow>(
    'SELECT * FROM ledger_chunk WHERE document_id = ? AND first_seq > ? ORDER BY first_seq LIMIT 1',
  );
  const rowsUpTo = sqlite.prepare<[string, number], unknown>(
    'SELECT 1 FROM ledger WHERE document_id = ? AND seq <= ? LIMIT 1',
  );
  const rowsAfter = sqlite
    .prepare<[string, number, number], Column[]>(
      `SELECT ${COLUMNS_AND_HASHES} FROM ledger WHERE document_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
    )
    .raw();
  const claims = sqlite.prepare<
    [string],
    { client_id: number; person_id: string | null; organisation_id: string | null; at: number }
  >('SELECT client_id, person_id, organisation_id, at FROM claim WHERE document_id = ?');
  const credits = new CreditCheck(sqlite, documentId);
  return sqlite.transaction((packedFirst: number, seq: number) => {
    const { head_seq, head_hash } = head.get(documentId) ?? { head_seq: 0, head_hash: null };
    const chunk = nextChunk.get(documentId, packedFirst);
    const rows = chunk ? [] : rowsAfter.all(documentId, seq, SLICE);
    const isEnd = !chunk && rows.length === 0;
    return {
      chunk,
      isOverlapping: chunk !== undefined && rowsUpTo.get(documentId, chunk.last_seq) !== undefined,
      rows,
      claims: isEnd
        ? claims
            .all(documentId)
            .map((row) => JSON.stringify([row.client_id, row.person_id, row.organisation_id, row.at]))
        : [],
      credits: isEnd ? credits.count() : 0,
      headSeq: head_seq,
      headHash: head_hash ?? FIRST_HASH,
    };
  });
}

/** Follows the chain. */
class Check {
  seq = 0;
  rows = 0;
  claims: string[] = [];
  problems: LedgerProblem[] = [];
  /** Whether the rows can tell what follows from them. */
  areRowsInOrder = true;
  readonly #anchors: ReadonlyMap<number, string>;
  readonly #creditCheck: CreditCheck;
  /** How many credits of rows are in the table of them. */
  #credits = 0;
  #hash = asText(FIRST_HASH);

  constructor(anchors: ReadonlyMap<number, string>, creditCheck: CreditCheck) {
    this.#anchors = anchors;
    this.#creditCheck = creditCheck;
  }

  copy(): Check {
    const copy = new Check(this.#anchors, this.#creditCheck);
    copy.seq = this.seq;
    copy.rows = this.rows;
    copy.claims = [...this.claims];
    copy.problems = [...this.problems];
    copy.areRowsInOrder = this.areRowsInOrder;
    copy.#credits = this.#credits;
    copy.#hash = this.#hash;
    return copy;
  }

  note(seq: number, problem: LedgerProblem['problem']): void {
    if (!ABOUT_OTHERS.has(problem)) this.areRowsInOrder = false;
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ seq, problem });
  }

  /** A row of `COLUMNS_AND_HASHES`. */
  row(columns: Column[]): void {
    const hash = columns.pop();
    const previous = columns.pop();
    const seq = Number(columns[1]);
    if (seq !== this.seq + 1) this.note(seq, 'gap');
    if (previous !== this.#hash) this.note(seq, 'chain');
    // Over the hash that the row names: a row that was changed does not make all that follow look changed.
    const expected = hashColumns(columns, typeof previous === 'string' ? previous : '');
    if (hash !== expected) this.note(seq, 'changed');
    else if (columns[10] !== NO_CREDITS) this.#compareCredits(seq, columns[10]);
    if (columns[6] === 'claim') this.claims.push(claimOf(fromHex(columns)));
    this.#follow(seq, typeof hash === 'string' ? hash : expected);
    this.rows++;
  }

  chunk(chunk: ChunkRow): void {
    const { first_seq, last_seq, prev_hash, hash } = chunk;
    if (first_seq !== this.seq + 1) this.note(first_seq, 'gap');
    if (!isBlob(prev_hash) || asText(prev_hash) !== this.#hash) this.note(first_seq, 'chain');
    if (!this.#isSound(chunk)) this.note(first_seq, 'changed');
    // What follows is judged by what the chunk says that it ends with.
    this.seq = last_seq;
    if (isBlob(hash)) this.#hash = asText(hash);
  }

  /** Follows the chain through a chunk. What is in it counts only when all of it is what was written. */
  #isSound(chunk: ChunkRow): boolean {
    const { first_seq, last_seq, earliest_at, prev_hash, hash, bytes, digest } = chunk;
    if (!isBlob(prev_hash) || !isBlob(hash) || !isBlob(bytes) || !isBlob(digest)) return false;
    if (!digestOfChunk(chunk).equals(digest)) return false;
    let earliest = Infinity;
    this.seq = first_seq - 1;
    this.#hash = asText(prev_hash);
    try {
      eachRow(chunk, (rows, from, to) => {
        const { at, isClaim, isCredited } = peek(rows, from, to);
        if (at < earliest) earliest = at;
        if (isClaim) this.claims.push(claimOf(readRow(rows, from, to)));
        this.#follow(this.seq + 1, hashEncoded(rows, from, to, this.#hash));
        if (isCredited) this.#compareCredits(this.seq, readRow(rows, from, to).provenance);
        this.rows++;
      });
    } catch {
      return false;
    }
    return this.seq === last_seq && this.#hash === asText(hash) && earliest === earliest_at;
  }

  /** The last row was read. */
  end(headSeq: number, headHash: unknown, claims: readonly string[], credits: number): void {
    if (this.seq !== headSeq || !isBlob(headHash) || asText(headHash) !== this.#hash) this.note(this.seq, 'head');
    for (const seq of this.#anchors.keys()) if (seq > this.seq) this.note(seq, 'anchor');
    if (claims.toSorted().join() !== this.claims.toSorted().join()) this.note(this.seq, 'claims');
    if (this.areRowsInOrder && credits !== this.#credits) this.note(this.seq, 'credits');
  }

  #compareCredits(seq: number, provenance: unknown): void {
    const { found, isSame } = this.#creditCheck.compare(provenance);
    this.#credits += found;
    if (!isSame) this.note(seq, 'credits');
  }

  #follow(seq: number, hash: string): void {
    this.seq = seq;
    this.#hash = hash;
    const anchor = this.#anchors.get(seq);
    if (anchor !== undefined && anchor !== hash) this.note(seq, 'anchor');
  }
}

function isBlob(value: unknown): value is Buffer {
  return Buffer.isBuffer(value);
}

/** A row whose bytes are hexadecimal text. */
function fromHex(columns: readonly Column[]): RecordedRow {
  const row = recorded(columns.slice(1));
  return { ...row, bytes: Buffer.from(String(row.bytes), 'hex') };
}

function claimOf({ bytes, actorId, organisationId, at }: RecordedRow): string {
  return JSON.stringify([claimedClientId(bytes), actorId, organisationId, at]);
}
