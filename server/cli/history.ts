import { parseArgs } from 'node:util';
import type { ChangeSet, FieldChange, ItemChange } from '#domain/history.ts';
import { organisation, person } from '../db/schema.ts';
import type { Db } from '../db/client.ts';
import { History } from '../documents/history/history.ts';
import { CommandError } from './command-error.ts';
import type { Command } from './command.ts';
import { printable, printableJson } from './printable.ts';

const DEFAULT_LIMIT = 20;

export const history: Command = {
  name: 'history',
  usage: '<documentId> [--json] [--limit <number>]',
  about: 'Tells what was changed in a document and by whom, the newest first.',
  async run({ db }, args) {
    const { documentId, json, limit } = options(args);
    if (!db.sqlite.prepare('SELECT 1 FROM document WHERE id = ?').get(documentId)) {
      throw new CommandError(`There is no document ${documentId}`);
    }
    const sets = await new History(db.sqlite).changeSets(documentId, { limit });
    const nameOf = names(db);
    if (json) console.log(printableJson(sets.map((set) => named(set, nameOf))));
    else for (const set of sets) for (const line of inWords(set, nameOf)) console.log(printable(line));
    return 0;
  },
};

type Names = (id: string | null) => string;

function options(args: string[]): { documentId: string; json: boolean; limit: number } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'boolean' }, limit: { type: 'string' } },
      allowPositionals: true,
    });
    const [documentId, ...rest] = positionals;
    const limit = values.limit === undefined ? DEFAULT_LIMIT : Number(values.limit);
    if (documentId && rest.length === 0 && Number.isSafeInteger(limit) && limit > 0) {
      return { documentId, json: values.json ?? false, limit };
    }
  } catch {
    // Said below.
  }
  throw new CommandError('Usage: history <documentId> [--json] [--limit <number>]', 2);
}

/** Names of people and organisations; an id that nobody has any more is shown as it is. */
function names({ orm }: Db): Names {
  const known = new Map(
    [
      ...orm.select({ id: person.id, name: person.name }).from(person).all(),
      ...orm.select({ id: organisation.id, name: organisation.name }).from(organisation).all(),
    ].map(({ id, name }) => [id, name]),
  );
  return (id) => (id === null ? '' : (known.get(id) ?? id));
}

function named(set: ChangeSet, nameOf: Names) {
  return {
    ...set,
    person: nameOf(set.personId),
    organisation: nameOf(set.organisationId),
    from: new Date(set.from).toISOString(),
    to: new Date(set.to).toISOString(),
  };
}

function inWords(set: ChangeSet, nameOf: Names): string[] {
  const who = set.personId === null ? 'The server' : nameOf(set.personId);
  const where = set.organisationId === null ? '' : `, ${nameOf(set.organisationId)}`;
  const [from, to] = [set.from, set.to].map((at) => new Date(at).toISOString().slice(0, 16).replace('T', ' '));
  const time = from === to ? from : `${from} to ${to?.slice(0, 10) === from?.slice(0, 10) ? to?.slice(11) : to}`;
  const lines = set.items.flatMap((item) => [
    `  ${itemInWords(item)}`,
    ...item.fields.filter(({ path }) => path.length > 0).flatMap((field) => fieldInWords(field, nameOf)),
  ]);
  return [`${who}${where}: ${time} (rows ${set.fromSeq} to ${set.toSeq})`, ...lines];
}

function itemInWords({ kind, title, fields }: ItemChange): string {
  const own = fields.find((field) => field.kind === 'presence' && field.path.length === 0);
  const change = own?.kind === 'presence' ? `, ${own.change.replace('-', ' ')}` : '';
  return kind === 'plan' ? 'the plan' : `${kind} “${oneLine(title)}”${change}`;
}

function fieldInWords(field: FieldChange, nameOf: Names): string[] {
  const what = field.path.map((key) => nameOf(key)).join(' ');
  switch (field.kind) {
    case 'presence':
      return [`    ${what}: ${field.change.replace('-', ' ')}`];
    case 'value':
      // Where something stands in a list is a key that says nothing to people.
      if (field.path.at(-1) === 'order') return [`    ${field.from === null ? 'placed' : 'moved'}`];
      return [`    ${what}: ${valueInWords(field.from, nameOf)} → ${valueInWords(field.to, nameOf)}`];
    case 'text': {
      const parts = [
        ...field.added.map((text) => `+ ${oneLine(text)}`),
        ...field.deleted.map((text) => `- ${oneLine(text)}`),
        ...field.restored.map((text) => `old text ${oneLine(text)}`),
        ...(field.formatted ? ['formatted'] : []),
      ];
      // An empty line is what every description begins with.
      return parts.filter((part) => !/^[+-] $/.test(part)).map((part) => `    ${what}: ${part}`);
    }
  }
}

function valueInWords(value: string | number | boolean | null, nameOf: Names): string {
  return value === null ? 'nothing' : typeof value === 'string' ? nameOf(value) : String(value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
