import { createServer } from 'node:http';
import type { Role } from '#domain/rights.ts';
import { openDatabase } from '#server/db/client.ts';
import { createDocuments } from '#server/documents/engine.ts';
import { createLog } from '#server/log.ts';
import { PeopleByName } from './people-by-name.ts';

// The document engine as a process of its own, to be killed by tests. Arguments: data folder, names of people,
// each an editor or what stands behind it (`vera:observer`).
// Writes its port and its document as one line of JSON, and tells its memory to whoever started it and asks.

const [dataDir = '', ...names] = process.argv.slice(2);
const db = openDatabase(dataDir);
const people = new PeopleByName();
people.db = db;
for (const name of names) {
  const [person = '', role = 'editor'] = name.split(':');
  people.set(person, role as Role);
}
const documents = createDocuments({ db, log: createLog('silent'), directory: people, origin: null });
db.sqlite.exec(
  "INSERT OR IGNORE INTO workspace (id, slug, name, created_at) VALUES ('workspace', 'novads', 'Novads', 0)",
);
const known = db.sqlite.prepare<[], { id: string }>('SELECT id FROM document').get();
const documentId = known?.id ?? (await documents.createPlan({ workspaceId: 'workspace', year: 2025, title: 'Plāns' }));

const server = createServer();
server.on('upgrade', (request, socket, head) => documents.handleUpgrade(request, socket, head));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(JSON.stringify({ port, documentId }) + '\n');
});

process.on('message', () => {
  globalThis.gc?.();
  process.send?.({ ...process.memoryUsage(), load: documents.load() });
});
