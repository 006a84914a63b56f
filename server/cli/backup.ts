import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { checkLedgers } from './check-ledgers.ts';
import { CommandError } from './command-error.ts';
import type { Command } from './command.ts';
import { copyDatabase, removeDatabase, toDisk } from './files.ts';
import { headsFileOf, writeHeads } from './heads.ts';

export const backup: Command = {
  name: 'backup',
  usage: '<file>',
  about: 'Copies everything into one file, also while the server runs, and checks the copy.',
  async run({ db }, args) {
    const [wanted, ...rest] = args;
    if (!wanted || rest.length > 0 || wanted.startsWith('-')) throw new CommandError('Usage: backup <file>', 2);
    const file = path.resolve(wanted);
    const heads = headsFileOf(file);
    for (const target of [file, heads]) {
      if (existsSync(target)) throw new CommandError(`${target} exists already: a backup replaces nothing`);
    }
    const folder = path.dirname(file);
    mkdirSync(folder, { recursive: true });
    const partial = `${file}.partial`;
    removeDatabase(partial);
    try {
      await copyDatabase(db.sqlite, partial);
      const { documents, rows } = await check(partial, `${partial}.heads`);
      // The heads first: a backup that is there has them.
      renameSync(`${partial}.heads`, heads);
      renameSync(partial, file);
      toDisk(folder);
      console.log(`${file}: ${documents} documents, ${rows} rows in their ledgers, in order`);
      console.log(
        `${heads}: where each ledger ends. Keep it elsewhere too: it shows whether anybody cut or rewrote one`,
      );
    } catch (error) {
      removeDatabase(partial);
      rmSync(`${partial}.heads`, { force: true });
      throw error;
    }
    return 0;
  },
};

async function check(file: string, heads: string): Promise<{ documents: number; rows: number }> {
  const copied = new Database(file, { readonly: true });
  try {
    const counted = await checkLedgers(copied, 'and so nothing was kept: run ledger:verify');
    writeHeads(heads, copied);
    toDisk(heads);
    return counted;
  } finally {
    copied.close();
  }
}
