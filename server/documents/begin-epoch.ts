import { randomInt } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { planRoots } from '#domain/plan/read.ts';
import type { Log } from '../log.ts';
import { attribute } from './attribution/attribution.ts';
import { ClaimTable, type Claim } from './attribution/claims.ts';
import { claimEntry } from './ledger/claim-entry.ts';
import { Ledger, type LedgerEntry } from './ledger/ledger.ts';
import { LedgerReader } from './ledger/reader.ts';
import { Snapshots } from './ledger/snapshots.ts';

const CLIENT_IDS = 2 ** 32;

/**
 * Begins a new epoch of a document that was restored from a backup (SPEC.md, E1): the server claims a fresh client id,
 * for it may have written under the old one what is lost now, and sets the document's schema to what it is. Two rows of
 * its ledger. Call inside a transaction, while no server runs. Returns the epoch's name.
 * @throws when there is no such document
 */
export function beginEpoch(sqlite: Database, documentId: string, { at, log }: { at: number; log: Log }): string {
  const ledger = new Ledger(sqlite);
  const claims = new ClaimTable(sqlite);
  const head = ledger.head(documentId);
  if (!head) throw new Error(`There is no document ${documentId}`);
  const { doc } = new Snapshots(sqlite, new LedgerReader(sqlite), log).load(documentId, head);
  doc.clientID = freshId(new Set(claims.all(documentId).map(({ clientId }) => clientId)));
  let bytes: Uint8Array = new Uint8Array();
  doc.once('update', (update: Uint8Array) => (bytes = update));
  const { meta } = planRoots(doc);
  const { inserted, deleted } = attribute(
    doc,
    () => meta.set('schema', meta.get('schema')),
    () => {},
  );
  const nobody = { actorId: null, organisationId: null, connectionId: null };
  const claim: Claim = { clientId: doc.clientID, personId: null, organisationId: null, at };
  const mark: LedgerEntry = { ...nobody, at, kind: 'system', bytes, inserted, deleted, provenance: [] };
  claims.insert(documentId, claim);
  ledger.append(documentId, head, [claimEntry(claim), mark]);
  const epoch = String(doc.clientID);
  sqlite.prepare('UPDATE document SET epoch = ? WHERE id = ?').run(epoch, documentId);
  return epoch;
}

function freshId(taken: ReadonlySet<number>): number {
  for (;;) {
    const id = randomInt(1, CLIENT_IDS);
    if (!taken.has(id)) return id;
  }
}
