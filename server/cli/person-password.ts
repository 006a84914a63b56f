import { EmailInput } from '#domain/people.ts';
import { readOptions, required, type Command } from './command.ts';
import { CommandError } from './command-error.ts';
import { checked } from './input.ts';
import { chosenPassword } from './password.ts';

export const personPassword: Command = {
  name: 'person:password',
  usage: '--email <e-mail> [--password-stdin]',
  about: 'Sets a new password for somebody who forgot theirs, and signs them out everywhere. Prints it as above.',
  async run({ people }, args) {
    const options = readOptions(args, { email: 'string', 'password-stdin': 'boolean' });
    const email = checked(EmailInput, required(options.email, '--email'), '--email');
    const person = await people.accounts.byEmail(email);
    if (!person) throw new CommandError(`No account with the e-mail ${email}`);
    const { password, generated } = await chosenPassword(options['password-stdin'] ?? false);
    await people.accounts.setPassword(person.id, password);
    await people.sessions.endAll(person.id);
    console.error(`New password for ${email}; signed out everywhere`);
    if (generated) console.log(password);
    return 0;
  },
};
