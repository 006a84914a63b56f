import type { Page } from '@playwright/test';
import * as Y from 'yjs';
import { planRoots } from '#domain/plan/read.ts';
import type { AppServer } from './app-server.ts';
import { planDocument, syncClient } from './sync-client.ts';

/**
 * Puts a change into the browser of `email`, signed in there, that the server will refuse: text at the end of the
 * plan's title, written under a client id that is somebody else's. `page` has had the plan open and is on another page
 * of the app now.
 */
export async function keepRefusedChange(
  page: Page,
  server: AppServer,
  { email, of, text }: { email: string; of: string; text: string },
): Promise<void> {
  const documentId = planDocument(server);
  const people = JSON.parse(server.admin('people:list', '--json')) as { id: string; email: string }[];
  const personId = people.find((person) => person.email === email)?.id ?? '';
  const update = await changeUnderIdOf(server, of, documentId, text);
  await page.evaluate(keepInBrowser, { database: `kopplans:${personId}`, documentId, update: [...update] });
}

/** What a person's browser would write into the plan's title under a client id of theirs; the server has not got it. */
async function changeUnderIdOf(
  server: AppServer,
  email: string,
  documentId: string,
  text: string,
): Promise<Uint8Array> {
  const client = await syncClient(server, email, documentId);
  client.provider.destroy();
  const before = Y.encodeStateVector(client.doc);
  const title = planRoots(client.doc).meta.get('title') as Y.Text;
  title.insert(title.length, text);
  const update = Y.encodeStateAsUpdate(client.doc, before);
  client.doc.destroy();
  return update;
}

/** Runs in the page: puts an update where the app keeps what was written without network. */
function keepInBrowser(kept: { database: string; documentId: string; update: number[] }): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(kept.database);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(['updates', 'waiting'], 'readwrite');
      transaction.objectStore('updates').add({ document: kept.documentId, update: new Uint8Array(kept.update) });
      transaction
        .objectStore('waiting')
        .put({ document: kept.documentId, tab: '1', title: 'Plāns', places: ['meta/title'] });
      transaction.oncomplete = () => {
        opening.result.close();
        resolve();
      };
    };
  });
}
