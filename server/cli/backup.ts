import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { documentsWithLedger, verifyLedger } from '../documents/ledger/verify.ts';
import { CommandError } from './command-error.ts';
import type { Command } from './command.ts';
import { progress } from './progress.ts';

const PAGES_A_STEP = 2_000;

export const backup: Command = {
  name: 'backup',
  usage: '<file>',
  about: 'Copies everything into one file, also while the server runs, and checks the copy.',
  async run({ db }, args) {
    const [wanted, ...rest] = args;
    if (!wanted || rest.length > 0 || wanted.startsWith('-')) throw new CommandError('Usage: backup <file>', 2);
    const file = path.resolve(wanted);
    if (existsSync(file)) throw new CommandError(`${file} exists already: a backup replaces nothing`);
    mkdirSync(path.dirname(file), { recursive: true });
    const partial = `${file}.partial`;
    rmSync(partial, { force: true });
    try {
      await copy(db.sqlite, partial);
      const { documents, rows } = await check(partial);
      renameSync(partial, file);
      console.log(`${file}: ${documents} documents, ${rows} rows in their ledgers, in order`);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
    return 0;
  },
};

/** One moment of the database. What the server writes meanwhile is not in it. */
async function copy(source: Database.Database, target: string): Promise<void> {
  const told = progress('copied');
  // A copy begins anew whenever somebody else writes, unless what it reads is held fast.
  source.exec('BEGIN');
  try {
    source.prepare('SELECT count(*) FROM document').get();
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        told(totalPages - remainingPages, totalPages, 'pages');
        return PAGES_A_STEP;
      },
    });
  } finally {
    source.exec('COMMIT');
    told.end();
  }
  oneFile(target);
  const handle = openSync(target, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

/** Without the log beside it that a database of the server has. */
function oneFile(file: string): void {
  const copied = new Database(file);
  copied.pragma('journal_mode = DELETE');
  copied.close();
}

async function check(file: string): Promise<{ documents: number; rows: number }> {
  const copied = new Database(file, { readonly: true });
  const told = progress('checked');
  try {
    const documents = documentsWithLedger(copied);
    let rows = 0;
    for (const documentId of documents) {
      const report = await verifyLedger(copied, documentId, {
        onProgress: (done, all) => told(done, all, `rows of ${documentId}`),
      });
      if (report.problems.length > 0) {
        throw new CommandError(
          `The ledger of ${documentId} is not in order, and so nothing was kept: run ledger:verify`,
        );
      }
      rows += report.rows;
    }
    return { documents: documents.length, rows };
  } finally {
    told.end();
    copied.close();
  }
}
