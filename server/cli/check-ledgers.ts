import type Database from 'better-sqlite3';
import { documentsWithLedger, verifyLedger } from '../documents/ledger/verify.ts';
import { CommandError } from './command-error.ts';
import { progress } from './progress.ts';

/**
 * Checks the ledgers of all documents and counts them.
 * @param otherwise what a ledger that is not in order means, as the end of the sentence that says so
 * @throws CommandError when one is not in order
 */
export async function checkLedgers(
  sqlite: Database.Database,
  otherwise: string,
): Promise<{ documents: number; rows: number }> {
  const told = progress();
  try {
    const documents = documentsWithLedger(sqlite);
    let rows = 0;
    for (const documentId of documents) {
      const report = await verifyLedger(sqlite, documentId, {
        onProgress: (step, done, all) => told(step, done, all, `rows of ${documentId}`),
      });
      if (report.problems.length > 0) {
        throw new CommandError(`The ledger of ${documentId} is not in order, ${otherwise}`);
      }
      rows += report.rows;
    }
    return { documents: documents.length, rows };
  } finally {
    told.end();
  }
}
