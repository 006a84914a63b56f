import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Plugin } from 'vite';
import { findApp } from './running.ts';

/** Document sockets in `vite dev` and `vite preview`. */
export function documentSync(): Plugin {
  return {
    name: 'kopplans-document-sync',
    configureServer: (server) => listen(server.httpServer),
    configurePreviewServer: (server) => listen(server.httpServer),
  };
}

function listen(server: Pick<Server, 'on'> | { on: unknown } | null): void {
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Vite's own socket for hot updates comes to the same server.
    if (!request.url?.startsWith('/sync/')) return;
    const app = findApp();
    // The application starts with the first page.
    if (app) app.documents.handleUpgrade(request, socket, head);
    else socket.destroy();
  };
  (server as Server | null)?.on('upgrade', onUpgrade);
}
