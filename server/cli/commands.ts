import { backup } from './backup.ts';
import { documentsList } from './documents-list.ts';
import type { Command, LoneCommand } from './command.ts';
import { history } from './history.ts';
import { ledgerVerify } from './ledger-verify.ts';
import { peopleList } from './people-list.ts';
import { personCreate } from './person-create.ts';
import { personPassword } from './person-password.ts';
import { restore } from './restore.ts';
import { sessionCreate } from './session-create.ts';

export const commands: readonly (Command | LoneCommand)[] = [
  personCreate,
  personPassword,
  sessionCreate,
  peopleList,
  documentsList,
  history,
  ledgerVerify,
  backup,
  restore,
];

export function help(): string {
  const lines = commands.flatMap(({ name, usage, about }) => [`  ${`${name} ${usage}`.trim()}`, `      ${about}`]);
  return [
    'Usage: npm run admin -- <command> [options]',
    '',
    ...lines,
    '',
    'Configuration is read from the same environment variables as the server (DATA_DIR, ORIGIN).',
  ].join('\n');
}
