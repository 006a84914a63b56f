import type * as decoding from 'lib0/decoding';
import { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import type { AuthorsMessage } from '#domain/authorship.ts';
import { PLAN_SCHEMA } from '#domain/plan/schema.ts';
import { EXTRA } from '#domain/sync.ts';
import { countingSocket, type SocketWatch } from './counting-socket.ts';
import { takeInTogether } from './incoming.ts';
import { readAuthors, readNotice, readSaved } from './messages.ts';

/** How the server is reached: tests bring their own socket with a cookie. */
export type Transport = { url: string; WebSocket: typeof WebSocket };

/** The server of this page. */
export function pageTransport(): Transport {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return { url: `${scheme}//${location.host}/sync`, WebSocket };
}

export type ProviderEvents = SocketWatch & {
  /** The document is what the server has, plus what is under way. */
  synced(): void;
  /** The connection is gone; another attempt follows by itself. */
  lost(): void;
  /** The server does not want another attempt (close codes 4400 to 4499). */
  ended(code: number, reason: string): void;
  saved(frames: number): void;
  authors(message: AuthorsMessage): void;
  /** What I may do changed while connected. */
  notice(canWrite: boolean): void;
};

const BACKOFF_MS = { least: 1500, spread: 3500 };

/** y-websocket's client, set up for this server. Not connected yet. `epoch`: of the document, as the page was told. */
export function createProvider(
  documentId: string,
  epoch: string,
  doc: Y.Doc,
  awareness: Awareness,
  transport: Transport,
  events: ProviderEvents,
): WebsocketProvider {
  const provider = new WebsocketProvider(transport.url, documentId, doc, {
    connect: false,
    awareness,
    params: { v: '1', schema: String(PLAN_SCHEMA), epoch },
    // Tabs of different people on one computer must not exchange anything past the server.
    disableBc: true,
    // y-websocket has no jitter: without it a restarted server meets everybody at once.
    maxBackoffTime: BACKOFF_MS.least + Math.random() * BACKOFF_MS.spread,
    WebSocketPolyfill: countingSocket(transport.WebSocket, events),
  });
  provider.on('sync', (synced: boolean) => {
    if (synced) events.synced();
  });
  provider.on('connection-close', () => events.lost());
  provider.on('closed', ({ code, reason }: { code: number; reason: string }) => events.ended(code, reason));

  announceOnlyMe(provider);
  takeInTogether(provider);
  const on = <T>(type: number, read: (decoder: decoding.Decoder) => T | null, handle: (message: T) => void) => {
    provider.messageHandlers[type] = (_encoder, decoder) => {
      const message = read(decoder);
      if (message !== null) handle(message);
    };
  };
  on(EXTRA.saved, readSaved, ({ frames }) => events.saved(frames));
  on(EXTRA.authors, readAuthors, (message) => events.authors(message));
  on(EXTRA.notice, readNotice, ({ canWrite }) => events.notice(canWrite));
  // The close code that follows says the same; y-websocket would complain about a message without a handler.
  provider.messageHandlers[EXTRA.refused] = () => {};
  return provider;
}

/** y-websocket would return everybody's presence to the server, as it came from there. */
function announceOnlyMe(provider: WebsocketProvider): void {
  const { awareness, _awarenessUpdateHandler: announce } = provider;
  const me = awareness.clientID;
  awareness.off('update', announce);
  provider._awarenessUpdateHandler = ({ added, updated, removed }: Record<string, number[]>, origin: unknown) => {
    if ([added, updated, removed].some((clients) => clients?.includes(me)))
      announce({ added: [], updated: [me], removed: [] }, origin);
  };
  awareness.on('update', provider._awarenessUpdateHandler);
}
