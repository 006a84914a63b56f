import type { Database } from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import * as Y from 'yjs';
import { LedgerReader } from './reader.ts';
import { replay } from './replay.ts';
import { isSameState } from './same-state.ts';
import { SnapshotTable } from './snapshot-table.ts';

/** A state that is kept of a document, after row `seq`. */
type Kept = { seq: number; read: () => Uint8Array };

/**
 * Replays the rows of a document and compares what they make with every state that is kept of it: the newest snapshot,
 * from which it is opened, and the checkpoints, from which its past is read. Returns the rows whose state differs. For
 * rows that are in order; lets others have the event loop in between.
 */
export async function verifyStates(
  sqlite: Database,
  documentId: string,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<number[]> {
  const reader = new LedgerReader(sqlite);
  const head = reader.headSeq(documentId) ?? 0;
  const kept = keptStates(sqlite, documentId);
  const ofRows = kept.filter(({ seq }) => Number.isSafeInteger(seq) && seq >= 0 && seq <= head);
  const wrong = kept.filter((state) => !ofRows.includes(state)).map(({ seq }) => seq);
  const last = ofRows.at(-1)?.seq ?? 0;
  const doc = new Y.Doc();
  let done = 0;
  for (const { seq, read } of ofRows) {
    for (const slice of reader.slices(documentId, done + 1, seq)) {
      replay(doc, null, slice);
      done += slice.length;
      onProgress(done, last);
      await nextTurn();
    }
    if (!isStateOf(doc, read)) wrong.push(seq);
  }
  return wrong;
}

/** In the order of their rows. Only one checkpoint at a time is read: each is as large as the document. */
function keptStates(sqlite: Database, documentId: string): Kept[] {
  const checkpoints = sqlite
    .prepare<[string], number>('SELECT seq FROM checkpoint WHERE document_id = ?')
    .pluck()
    .all(documentId);
  const stateOf = sqlite
    .prepare<[string, number], Buffer>('SELECT state FROM checkpoint WHERE document_id = ? AND seq = ?')
    .pluck();
  const kept = checkpoints.map((seq): Kept => {
    return { seq, read: () => zstdDecompressSync(stateOf.get(documentId, seq) ?? Buffer.alloc(0)) };
  });
  // At once: a server that writes meanwhile replaces it.
  const snapshot = new SnapshotTable(sqlite).get(documentId);
  if (snapshot) kept.push({ seq: snapshot.seq, read: () => snapshot.state });
  return kept.sort((a, b) => a.seq - b.seq);
}

function isStateOf(doc: Y.Doc, read: () => Uint8Array): boolean {
  try {
    return isSameState(Y.encodeStateAsUpdate(doc), read());
  } catch {
    // It cannot be read.
    return false;
  }
}
