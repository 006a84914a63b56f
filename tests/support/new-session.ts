import { openDatabase } from '#server/db/client.ts';
import { createPeople } from '#server/people.ts';
import type { AppServer } from './app-server.ts';

/** What `npm run admin -- session:create` does, without a process of its own: tests sign in some hundred times. */
export async function newSession(server: AppServer, email: string): Promise<{ name: string; value: string }> {
  const db = openDatabase(server.dataDir);
  try {
    db.sqlite.pragma('busy_timeout = 5000');
    const { accounts, sessions } = createPeople({ db, secure: false });
    const person = await accounts.byEmail(email);
    if (!person) throw new Error(`No account with the e-mail ${email}`);
    return await sessions.start(person.id);
  } finally {
    db.close();
  }
}
