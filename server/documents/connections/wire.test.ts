import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Wire } from './wire.ts';

const OPEN = { readyState: WebSocket.OPEN } as WebSocket;

/** Both ends of a connection; `there` reads only when it is told to. */
async function connected(): Promise<{ here: Socket; there: Socket }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const accepted = once(server, 'connection');
  const there = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [here] = (await accepted) as [Socket];
  onTestFinished(() => {
    for (const end of [here, there]) end.destroy();
    server.close();
  });
  return { here, there };
}

test('N8: reading shows within one large frame, and so does not reading', async () => {
  const { here, there } = await connected();
  const wire = new Wire(OPEN, here);
  expect(wire.hasTaken()).toBe(true);
  wire.send(Buffer.alloc(32 * 1024 * 1024));
  // The operating system takes its part; from then on nothing moves.
  await vi.waitFor(() => {
    expect(here.writableLength).toBeGreaterThan(0);
    expect(wire.hasTaken()).toBe(false);
  });
  const whole = here.writableLength;
  let read = 0;
  there.on('data', (chunk) => {
    read += chunk.length;
    if (read > 16 * 1024 * 1024) there.pause();
  });
  await vi.waitFor(() => expect(wire.hasTaken()).toBe(true));
  expect(here.writableLength).toBe(whole);
  there.removeAllListeners('data');
  there.resume();
  await vi.waitFor(() => expect(wire.waiting).toBe(0), { timeout: 10_000 });
  expect(wire.hasTaken()).toBe(true);
});
