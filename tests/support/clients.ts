import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { EXTRA } from '#domain/sync.ts';

export type ConnectOptions = { doc?: Y.Doc; params?: Record<string, string> };
export type SocketOptions = { documentId?: string; origin?: string; query?: string };

/** y-websocket's client as it comes from npm, with a cookie. */
export class TestClient {
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Sync frames that this client sent on its newest connection. */
  frames = 0;
  /** Messages of our own that came, by type. */
  readonly extra: { type: number; message: unknown }[] = [];

  constructor(port: number, documentId: string, personId: string, { doc = new Y.Doc(), params = {} }: ConnectOptions) {
    this.doc = doc;
    const onOpen = () => {
      this.frames = 0;
    };
    const onSync = () => {
      this.frames++;
    };
    class CookieSocket extends WebSocket {
      constructor(url: string | URL) {
        // Like a browser, it does not wait for ever for an answer.
        super(url, { headers: { cookie: `person=${personId}` }, handshakeTimeout: 2_000 });
        onOpen();
      }

      override send(data: Uint8Array): void {
        if (data[0] === 0) onSync();
        super.send(data);
      }
    }
    this.provider = new WebsocketProvider(`ws://127.0.0.1:${port}/sync`, documentId, doc, {
      params,
      disableBc: true,
      WebSocketPolyfill: CookieSocket as unknown as typeof globalThis.WebSocket,
      maxBackoffTime: 50,
    });
    this.closed = new Promise((resolve) => this.provider.on('closed', resolve));
    for (const type of Object.values(EXTRA)) {
      this.provider.messageHandlers[type] = (_encoder, decoder) => {
        this.extra.push({ type, message: JSON.parse(decoding.readVarString(decoder)) as unknown });
      };
    }
  }

  /** How many of them the server has said to be on disk; only with `v: '1'`. */
  get saved(): number {
    const said = this.extra.findLast(({ type }) => type === EXTRA.saved)?.message as { frames: number } | undefined;
    return said?.frames ?? 0;
  }

  async synced(): Promise<this> {
    if (!this.provider.synced) await new Promise<void>((resolve) => this.provider.once('sync', () => resolve()));
    return this;
  }
}

/** A socket without any protocol of its own. */
export class TestSocket {
  readonly ws: WebSocket;
  readonly frames: Uint8Array[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** HTTP status when the upgrade was refused. */
  readonly status: Promise<number>;

  constructor(port: number, personId: string | null, options: SocketOptions) {
    const headers: Record<string, string> = {};
    if (personId) headers.cookie = `person=${personId}`;
    if (options.origin) headers.origin = options.origin;
    this.ws = new WebSocket(`ws://127.0.0.1:${port}/sync/${options.documentId}${options.query ?? ''}`, { headers });
    this.ws.on('message', (data: Buffer) => this.frames.push(data));
    this.opened = new Promise((resolve) => this.ws.on('open', resolve));
    this.closed = new Promise((resolve) =>
      this.ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    this.status = new Promise((resolve) =>
      this.ws.on('unexpected-response', (request, response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      }),
    );
    this.ws.on('error', () => {});
  }
}
