import { person } from '../db/schema.ts';
import { readOptions, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';

export const peopleList: Command = {
  name: 'people:list',
  usage: '[--json]',
  about: 'Lists accounts and their memberships.',
  async run({ db, people }, args) {
    const { json } = readOptions(args, { json: 'boolean' });
    const rows = db.orm.select().from(person).orderBy(person.createdAt, person.id).all();
    const list = rows.map(({ id, email, name, createdAt }) => ({
      id,
      email,
      name,
      createdAt: new Date(createdAt).toISOString(),
      memberships: [] as { workspace: string; role: string; organisation: string | null; ended: boolean }[],
    }));
    const byId = new Map(list.map((entry) => [entry.id, entry]));
    for (const { id, slug } of await people.workspaces.all()) {
      const organisations = await people.workspaces.organisations(id);
      const names = new Map(organisations.map((organisation) => [organisation.id, organisation.name]));
      for (const { id: personId, role, organisation, ended } of await people.workspaces.members(id)) {
        byId.get(personId)?.memberships.push({
          workspace: slug,
          role,
          organisation: organisation === null ? null : (names.get(organisation) ?? null),
          ended,
        });
      }
    }
    if (json) console.log(printableJson(list));
    else
      for (const { email, name, memberships } of list)
        console.log([email, name, ...memberships.map(inWords)].map(printable).join('\t'));
    return 0;
  },
};

function inWords({ workspace, role, ended }: { workspace: string; role: string; ended: boolean }): string {
  return `${workspace}: ${ended ? 'ended' : role}`;
}
