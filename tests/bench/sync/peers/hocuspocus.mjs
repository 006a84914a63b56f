import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Server } from '@hocuspocus/server';
import { encodeStateAsUpdate, applyUpdate } from 'yjs';
import { serve } from './process.mjs';

// Hocuspocus 4 with its defaults. HOCUSPOCUS_DATA names a folder in which its store hook, debounced as it comes, keeps
// documents; without one they are in memory alone, which is its default.

const folder = process.env.HOCUSPOCUS_DATA;
const file = (name) => path.join(folder, name);
const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  stopOnSignals: false,
  ...(folder && {
    async onLoadDocument({ document, documentName }) {
      if (existsSync(file(documentName))) applyUpdate(document, readFileSync(file(documentName)));
    },
    async onStoreDocument({ document, documentName }) {
      writeFileSync(file(documentName), encodeStateAsUpdate(document));
    },
  }),
});
await server.listen();
serve(server.address.port);
