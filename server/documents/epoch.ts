import type { Database } from 'better-sqlite3';
import { FIRST_EPOCH } from '#domain/sync.ts';

// A document that was restored from a backup goes on from an earlier state. Browsers that hold what it lacks would
// bring that back; so each restore begins a new epoch (begin-epoch.ts), and connections ask which one a browser knows.
// Its name is the Yjs client id of the mark that the restore leaves in the document: whoever knows the document since
// then knows the mark.

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
