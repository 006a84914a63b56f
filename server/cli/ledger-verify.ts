import { documentsWithLedger, verifyLedger, type LedgerProblem } from '../documents/ledger/verify.ts';
import { CommandError } from './command-error.ts';
import type { Command } from './command.ts';
import { progress } from './progress.ts';

const WORDS: Record<LedgerProblem['problem'], string> = {
  gap: 'a row before this one is missing',
  changed: 'the row is not what was written',
  chain: 'the row does not follow the one before it',
  head: 'the last row is not the one that the document remembers',
  claims: 'the table of client ids differs from the claims in the ledger',
};

export const ledgerVerify: Command = {
  name: 'ledger:verify',
  usage: '[documentId]',
  about: 'Checks that nothing in the ledger of a document, or of all, was changed, removed, reordered or cut off.',
  async run({ db }, args) {
    const [wanted, ...rest] = args;
    if (rest.length > 0 || wanted?.startsWith('-')) throw new CommandError('Usage: ledger:verify [documentId]', 2);
    const known = documentsWithLedger(db.sqlite);
    if (wanted !== undefined && !known.includes(wanted)) throw new CommandError(`There is no document ${wanted}`);
    let broken = 0;
    for (const documentId of wanted === undefined ? known : [wanted]) {
      const told = progress('checked');
      const { rows, problems } = await verifyLedger(db.sqlite, documentId, (done, all) =>
        told(done, all, `rows of ${documentId}`),
      );
      told.end();
      console.log(`${documentId}: ${rows} rows, ${problems.length === 0 ? 'in order' : 'NOT in order'}`);
      for (const { seq, problem } of problems) console.log(`  row ${seq}: ${WORDS[problem]}`);
      if (problems.length > 0) broken++;
    }
    return broken === 0 ? 0 : 1;
  },
};
