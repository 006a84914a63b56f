import http from 'node:http';
import { createRequire } from 'node:module';
import { WebSocketServer } from 'ws';
import { serve } from './process.mjs';

// The server that comes with y-websocket 2.1, as its own bin/server.cjs sets it up. YPERSISTENCE names a folder for
// its LevelDB; without one it keeps documents in memory alone, which is its default.

const { setupWSConnection } = createRequire(import.meta.url)('y-websocket/bin/utils');
const sockets = new WebSocketServer({ noServer: true });
sockets.on('connection', setupWSConnection);
const server = http.createServer();
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
});
server.listen(0, '127.0.0.1', () => serve(server.address().port));
