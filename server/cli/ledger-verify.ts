import { parseArgs } from 'node:util';
import { documentsWithLedger, verifyLedger, type Anchor, type LedgerProblem } from '../documents/ledger/verify.ts';
import { CommandError } from './command-error.ts';
import type { Command } from './command.ts';
import { readHeads } from './heads.ts';
import { progress } from './progress.ts';

const WORDS: Record<LedgerProblem['problem'], string> = {
  gap: 'a row before this one is missing',
  changed: 'the row, or a row that is packed with it, is not what was written',
  chain: 'the row does not follow the one before it',
  overlap: 'the row is there twice',
  head: 'the last row is not the one that the document remembers',
  anchor: 'the row is not the one that was remembered elsewhere, or is not there',
  claims: 'the table of client ids differs from the claims in the ledger',
  credits: 'the table of credits (provenance) differs from what the ledger says',
  state: 'the snapshot or checkpoint after this row is not what the rows up to it make',
};

const USAGE = '[documentId] [--heads <file>] [--quick]';

export const ledgerVerify: Command = {
  name: 'ledger:verify',
  usage: USAGE,
  about:
    'Checks that nothing in the ledger of a document, or of all, was changed, removed, reordered or cut off, also against heads that were kept elsewhere; and that claims, credits, snapshots and checkpoints are what the ledger says. --quick: without replaying it, so not snapshots and checkpoints.',
  async run({ db }, args) {
    const { wanted, heads, quick } = options(args);
    const anchors = heads === undefined ? new Map<string, Anchor[]>() : anchorsFrom(heads);
    // A document that somebody remembers and that is not here any more is cut off as a whole.
    const known = [...new Set([...documentsWithLedger(db.sqlite), ...anchors.keys()])];
    if (wanted !== undefined && !known.includes(wanted)) throw new CommandError(`There is no document ${wanted}`);
    let broken = 0;
    for (const documentId of wanted === undefined ? known : [wanted]) {
      const told = progress();
      const { rows, problems } = await verifyLedger(db.sqlite, documentId, {
        onProgress: (step, done, all) => told(step, done, all, `rows of ${documentId}`),
        anchors: anchors.get(documentId) ?? [],
        states: !quick,
      });
      told.end();
      console.log(`${documentId}: ${rows} rows, ${problems.length === 0 ? 'in order' : 'NOT in order'}`);
      for (const { seq, problem } of problems) console.log(`  row ${seq}: ${WORDS[problem]}`);
      if (problems.length > 0) broken++;
    }
    return broken === 0 ? 0 : 1;
  },
};

function options(args: string[]): { wanted: string | undefined; heads: string | undefined; quick: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { heads: { type: 'string' }, quick: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    if (positionals.length <= 1) return { wanted: positionals[0], heads: values.heads, quick: values.quick };
  } catch {
    // Said below.
  }
  throw new CommandError(`Usage: ledger:verify ${USAGE}`, 2);
}

/** Heads by document, from the file that stands beside a backup. */
function anchorsFrom(file: string): Map<string, Anchor[]> {
  const heads = readHeads(file);
  if (!heads) throw new CommandError(`There is no file ${file}`);
  return Map.groupBy(heads.documents, ({ id }) => id);
}
