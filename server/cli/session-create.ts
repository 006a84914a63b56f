import { EmailInput } from '#domain/people.ts';
import { readOptions, required, type Command } from './command.ts';
import { CommandError } from './command-error.ts';
import { checked } from './input.ts';

export const sessionCreate: Command = {
  name: 'session:create',
  usage: '--email <e-mail>',
  about: 'Signs a person in, for support and automated checks; prints cookie-name=value.',
  async run({ people }, args) {
    const options = readOptions(args, { email: 'string' });
    const email = checked(EmailInput, required(options.email, '--email'), '--email');
    const person = await people.accounts.byEmail(email);
    if (!person) throw new CommandError(`No account with the e-mail ${email}`);
    const { name, value } = await people.sessions.start(person.id);
    console.log(`${name}=${value}`);
    return 0;
  },
};
