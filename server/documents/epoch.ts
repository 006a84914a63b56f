import { randomInt } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { planRoots } from '#domain/plan/read.ts';
import { FIRST_EPOCH } from '#domain/sync.ts';
import type { Log } from '../log.ts';
import { attribute } from './attribution/attribution.ts';
import { ClaimTable, type Claim } from './attribution/claims.ts';
import { claimEntry } from './ledger/claim-entry.ts';
import { Ledger, type LedgerEntry } from './ledger/ledger.ts';
import { LedgerReader } from './ledger/reader.ts';
import { Snapshots } from './ledger/snapshots.ts';

// A document that is restored from a backup goes on from an earlier state. Browsers that hold what it lacks would bring
// that back; so each restore begins a new epoch. Its name is the Yjs client id of the mark that the restore leaves in
// the document: whoever knows the document since then knows the mark.

const CLIENT_IDS = 2 ** 32;

/** The epochs of documents. They change only while no server runs. */
export class Epochs {
  readonly #get;

  constructor(sqlite: Database) {
    this.#get = sqlite.prepare<[string], { epoch: string }>('SELECT epoch FROM document WHERE id = ?');
  }

  /** Null when there is no such document. */
  get(documentId: string): string | null {
    return this.#get.get(documentId)?.epoch ?? null;
  }
}

/** The client id under which an epoch's mark stands; null for the first, which needs none. */
export function markOf(epoch: string): number | null {
  return epoch === FIRST_EPOCH ? null : Number(epoch);
}

/**
 * Begins a new epoch of a document: the server claims a fresh client id, for it may have written under the old one what
 * is lost now, and sets the document's schema to what it is. Two rows of its ledger. Call inside a transaction.
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
