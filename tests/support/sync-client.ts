import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { AppServer } from './app-server.ts';
import { newSession } from './new-session.ts';

/** y-websocket's own client in Node, signed in as a person of the running app. */
export type SyncClient = { doc: Y.Doc; provider: WebsocketProvider; close(): void };

/** Connects to a document and resolves when it is in step with the server. */
export async function syncClient(server: AppServer, email: string, documentId: string): Promise<SyncClient> {
  const { name, value } = await newSession(server, email);
  const cookie = `${name}=${value}`;
  class SignedIn extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie } });
    }
  }
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${server.origin.replace('http', 'ws')}/sync`, documentId, doc, {
    disableBc: true,
    WebSocketPolyfill: SignedIn as unknown as typeof globalThis.WebSocket,
  });
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
  return {
    doc,
    provider,
    close() {
      provider.destroy();
      doc.destroy();
    },
  };
}

/** The document id of the newest plan. */
export function planDocument(server: AppServer): string {
  const documents = JSON.parse(server.admin('documents:list', '--json')) as { id: string }[];
  const id = documents.at(-1)?.id;
  if (!id) throw new Error('There is no plan');
  return id;
}
