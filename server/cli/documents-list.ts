import { eq } from 'drizzle-orm';
import { document, workspace } from '../db/schema.ts';
import { readOptions, type Command } from './command.ts';
import { printableJson } from './printable.ts';

export const documentsList: Command = {
  name: 'documents:list',
  usage: '[--json]',
  about: 'Lists shared documents with the number of their ledger rows.',
  async run({ db }, args) {
    const { json } = readOptions(args, { json: 'boolean' });
    const list = db.orm
      .select({
        id: document.id,
        workspace: workspace.slug,
        kind: document.kind,
        year: document.year,
        seq: document.headSeq,
        createdAt: document.createdAt,
      })
      .from(document)
      .innerJoin(workspace, eq(workspace.id, document.workspaceId))
      .orderBy(document.createdAt, document.id)
      .all()
      .map((row) => ({ ...row, createdAt: new Date(row.createdAt).toISOString() }));
    if (json) console.log(printableJson(list));
    else
      for (const { id, workspace, kind, year, seq } of list) console.log([id, workspace, kind, year, seq].join('\t'));
    return 0;
  },
};
