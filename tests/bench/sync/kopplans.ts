import { createServer } from 'node:http';
import { openDatabase } from '#server/db/client.ts';
import { createDirectory } from '#server/documents/directory.ts';
import { createDocuments } from '#server/documents/engine.ts';
import { createLog } from '#server/log.ts';
import { createPeople } from '#server/people.ts';
import { insertWorkspace } from '#server/workspaces/workspaces.ts';
import { serve } from './peers/process.mjs';

// Kopplāns's own sockets as a process of its own: sessions, rights, gate, ledger and durability as in production, on a
// real database. Arguments: data folder, number of documents, number of people. Tells the documents and a session
// cookie of each person. The limits on one person's and one address's connections are lifted: the load is made by few.

const [dataDir = '', documentCount = '1', peopleCount = '1'] = process.argv.slice(2);
const db = openDatabase(dataDir);
const people = createPeople({ db, secure: false });
const documents = createDocuments({
  db,
  log: createLog('warn'),
  directory: createDirectory(db, () => people),
  origin: null,
  limits: {
    connectionsPerAddress: 100_000,
    connectionsPerPerson: 500,
    connectionsPerDocument: 5_000,
    messageBurst: 1_000_000,
  },
});

const ids = db.sqlite
  .prepare<[], { id: string }>('SELECT id FROM document ORDER BY year')
  .all()
  .map(({ id }) => id);
const cookies: string[] = [];
if (ids.length === 0) await seed();
else for (const { id } of db.sqlite.prepare<[], { id: string }>('SELECT id FROM person').all()) await signIn(id);

const server = createServer();
server.on('upgrade', (request, socket, head) => documents.handleUpgrade(request, socket, head));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  serve(typeof address === 'object' && address ? address.port : 0, { documents: ids, cookies });
});

async function seed(): Promise<void> {
  const workspace = insertWorkspace(db.orm, { name: 'Novads' }, 0);
  for (let i = 0; i < Number(documentCount); i++) {
    ids.push(await documents.createPlan({ workspaceId: workspace.id, year: 2000 + i, title: 'Plāns' }));
  }
  for (let i = 0; i < Number(peopleCount); i++) {
    const id = await people.accounts.create({ email: `p${i}@example.org`, name: `Persona ${i}`, password: null });
    await people.workspaces.addMember(workspace.id, id, { role: 'coordinator', organisationId: null });
    await signIn(id);
  }
}

async function signIn(personId: string): Promise<void> {
  const { name, value } = await people.sessions.start(personId);
  cookies.push(`${name}=${value}`);
}
