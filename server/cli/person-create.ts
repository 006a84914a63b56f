import { EmailInput, nameKey, NameInput } from '#domain/people.ts';
import { ROLES, type Role } from '#domain/rights.ts';
import { Refused } from '../errors.ts';
import type { Standing } from '../workspaces/workspaces.ts';
import { readOptions, required, type Command } from './command.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { checked } from './input.ts';
import { chosenPassword } from './password.ts';

export const personCreate: Command = {
  name: 'person:create',
  usage: '--email <e-mail> --name <name> [--password-stdin] [--workspace <slug> --role <role> [--organisation <name>]]',
  about: 'Creates an account, and a membership with --workspace. Prints a password, or reads it from standard input.',
  createsDatabase: true,
  async run(context, args) {
    const options = readOptions(args, {
      email: 'string',
      name: 'string',
      'password-stdin': 'boolean',
      workspace: 'string',
      role: 'string',
      organisation: 'string',
    });
    const email = checked(EmailInput, required(options.email, '--email'), '--email');
    const name = checked(NameInput, required(options.name, '--name'), '--name');
    const place = await placeOf(context, options);
    const { password, generated } = await chosenPassword(options['password-stdin'] ?? false);
    const personId = await create(context, { email, name, password });
    if (place) await context.people.workspaces.addMember(place.workspaceId, personId, place.standing);
    console.error(`Created ${email} (${personId})${place ? ` as ${place.standing.role} of ${options.workspace}` : ''}`);
    if (generated) console.log(password);
    return 0;
  },
};

async function create({ people }: Context, input: { email: string; name: string; password: string }): Promise<string> {
  try {
    return await people.accounts.create(input);
  } catch (error) {
    if (error instanceof Refused && error.code === 'email-taken') {
      throw new CommandError(`There is an account with the e-mail ${input.email} already`);
    }
    throw error;
  }
}

type Place = { workspaceId: string; standing: Standing };
type PlaceOptions = Partial<Record<'workspace' | 'role' | 'organisation', string | undefined>>;

/** Everything is checked before anything is written. */
async function placeOf({ people }: Context, options: PlaceOptions): Promise<Place | null> {
  if (options.workspace === undefined) {
    if (options.role ?? options.organisation) throw new CommandError('--role and --organisation need --workspace', 2);
    return null;
  }
  const workspace = await people.workspaces.bySlug(options.workspace);
  if (!workspace) {
    const slugs = (await people.workspaces.all()).map(({ slug }) => slug);
    throw new CommandError(`No workspace "${options.workspace}"; there is ${slugs.join(', ') || 'none yet'}`);
  }
  const role = required(options.role, '--role');
  if (!isRole(role)) throw new CommandError(`--role is one of ${ROLES.join(', ')}`, 2);
  if (options.organisation === undefined) {
    return { workspaceId: workspace.id, standing: { role, organisationId: null } };
  }
  const organisations = await people.workspaces.organisations(workspace.id);
  const wanted = nameKey(options.organisation);
  const organisation = organisations.find(({ name }) => nameKey(name) === wanted);
  if (!organisation) {
    const names = organisations.map(({ name }) => `"${name}"`).join(', ');
    throw new CommandError(
      `No organisation "${options.organisation}" in ${workspace.slug}; there is ${names || 'none'}`,
    );
  }
  return { workspaceId: workspace.id, standing: { role, organisationId: organisation.id } };
}

function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}
