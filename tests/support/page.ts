import type * as Y from 'yjs';
import type { TestClient } from './clients.ts';

/** A page of a `PlanWriter` whose line to the server is y-websocket's own. */
export class ConnectedPage {
  readonly doc: Y.Doc;
  readonly client: TestClient;

  constructor(client: TestClient) {
    this.client = client;
    this.doc = client.doc;
  }

  connect(): void {
    this.client.provider.connect();
  }

  disconnect(): void {
    this.client.provider.disconnect();
  }

  close(): void {
    this.client.provider.destroy();
  }
}
