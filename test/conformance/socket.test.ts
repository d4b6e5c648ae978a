import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { WireSocket } from '../../src/conformance/wire-socket.ts';

describe('a socket of the kit that stalls', () => {
  it('keeps sending pongs while paused, so that it counts as slow, not dead', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    try {
      await once(server, 'listening');
      const arrival = once(server, 'connection') as Promise<[WebSocket]>;
      const socket = new WireSocket(new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`), {
        protocols: [],
        headers: {},
        within: 5_000,
      });
      const [viewer] = await arrival;
      expect(await socket.opened(5_000)).toBe(true);
      socket.pause();
      viewer.send('{"e":"late"}');
      for (let sign = 0; sign < 3; sign += 1) await once(viewer, 'pong');
      expect(await socket.next(() => true, 0)).toBeUndefined();
      socket.resume();
      expect(await socket.next(() => true, 5_000)).toEqual({ e: 'late' });
      expect(socket.stalledFor).toBeGreaterThan(200);
      viewer.terminate();
      expect(await socket.closed(5_000)).toBe(true);
    } finally {
      server.close();
    }
  });
});
