import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type Database from 'better-sqlite3';
import * as v from 'valibot';
import { appVersion } from '../version.ts';
import { CommandError } from './command-error.ts';

// The newest ledger row of every document, written down outside of the database. Whoever changes the database, ledger
// and all, cannot change what lies elsewhere.

const HeadsFile = v.object({
  /** When the backup was made (ISO time). */
  at: v.string(),
  /** Of Kopplāns. */
  version: v.string(),
  /** `hash`: SHA-256 of the row `seq`, in hexadecimal digits. */
  documents: v.array(
    v.object({
      id: v.string(),
      seq: v.pipe(v.number(), v.integer()),
      hash: v.pipe(v.string(), v.toLowerCase(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});
export type Heads = v.InferOutput<typeof HeadsFile>;

/** Where the heads of a backup lie. */
export function headsFileOf(backup: string): string {
  return `${backup}.heads.json`;
}

export function headsOf(sqlite: Database.Database): Heads['documents'] {
  return sqlite
    .prepare<[], { id: string; seq: number; hash: string }>(
      'SELECT id, head_seq AS seq, lower(hex(head_hash)) AS hash FROM document ORDER BY id',
    )
    .all();
}

export function writeHeads(file: string, sqlite: Database.Database): void {
  const heads: Heads = { at: new Date().toISOString(), version: appVersion(), documents: headsOf(sqlite) };
  writeFileSync(file, JSON.stringify(heads, null, 2) + '\n');
}

/** Null when there is no such file. @throws CommandError when it is something else */
export function readHeads(file: string): Heads | null {
  if (!existsSync(file)) return null;
  try {
    return v.parse(HeadsFile, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new CommandError(`${file} is not what a backup writes beside itself`);
  }
}

/** The first document that is not as it was written down, in one line; null: all are. */
export function differenceFrom(heads: Heads, sqlite: Database.Database): string | null {
  const there = new Map(headsOf(sqlite).map((head) => [head.id, head]));
  for (const { id, seq, hash } of heads.documents) {
    const head = there.get(id);
    if (!head) return `document ${id} is missing`;
    if (head.seq !== seq || head.hash !== hash) return `document ${id} does not end with row ${seq} as it was then`;
    there.delete(id);
  }
  const [added] = there.keys();
  return added === undefined ? null : `document ${added} was not there`;
}
