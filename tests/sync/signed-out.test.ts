import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createDirectory } from '#server/documents/directory.ts';
import type { Directory } from '#server/documents/documents.ts';
import { createPeople } from '#server/people.ts';
import { startEngine } from '../support/engine.ts';

// The engine with the real sessions: whoever is signed out loses their open documents at once, and nobody else does.

async function withSessions() {
  let directory: Directory | null = null;
  const asked = (): Directory => {
    if (!directory) throw new Error('too early');
    return directory;
  };
  const engine = await startEngine({
    directory: {
      identify: (cookie) => asked().identify(cookie),
      isLive: (key) => asked().isLive(key),
      access: (personId, documentId) => asked().access(personId, documentId),
    },
  });
  const people = createPeople({ db: engine.db, secure: false });
  directory = createDirectory(engine.db, () => people);
  const personId = await people.accounts.create({ email: 'anna@example.lv', name: 'Anna', password: null });
  await people.workspaces.addMember('workspace', personId, { role: 'editor', organisationId: null });

  async function open() {
    const { name, value } = await people.sessions.start(personId);
    const cookie = `${name}=${value}`;
    const signedIn = await people.sessions.read(cookie);
    if (!signedIn) throw new Error('no session');
    const ws = new WebSocket(`ws://127.0.0.1:${engine.port}/sync/${engine.documentId}`, { headers: { cookie } });
    const closed = new Promise<number>((resolve) => ws.on('close', resolve));
    await new Promise((resolve) => ws.once('message', resolve));
    return { signedIn, ws, closed };
  }
  return { engine, people, personId, open };
}

test('N4: signing one browser out closes its documents with 4401 at once', async () => {
  const { engine, people, personId, open } = await withSessions();
  const [phone, here] = [await open(), await open()];
  await people.sessions.end(personId, phone.signedIn.key);
  engine.documents.recheck(personId);
  // The test would time out before the next round, ten seconds later.
  expect(await phone.closed).toBe(4401);
  expect(here.ws.readyState).toBe(WebSocket.OPEN);
});

test('signing all others out leaves the documents of this browser open', async () => {
  const { engine, people, personId, open } = await withSessions();
  const [here, ...others] = [await open(), await open(), await open()];
  if (!here) throw new Error('no socket');
  await people.sessions.endOthers(here.signedIn);
  engine.documents.recheck(personId);
  for (const { closed } of others) expect(await closed).toBe(4401);
  expect(here.ws.readyState).toBe(WebSocket.OPEN);
});
