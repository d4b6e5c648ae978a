import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import WebSocket from 'ws';
import { parseServerFrame } from '../../src/protocol/messages.ts';
import { frames } from './arbitraries.ts';
import { batches, type Target } from './target.ts';
import type { World } from './world.ts';

/** Frames that one socket sends: three that cannot be read end it. */
const FRAMES = 4;
const SIZE = 40;

const messages = fc.oneof({ weight: 12, arbitrary: frames }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) });

/** Sockets that send anything as frames: each is answered or closed, with a code of the protocol. */
export function sockets(world: () => World): Target {
  return batches('frames on sockets', 15, SIZE, messages, async (all) => {
    const senders: Promise<void>[] = [];
    for (let at = 0; at < all.length; at += FRAMES) senders.push(send(world().server.endpoint, all.slice(at, at + FRAMES)));
    await Promise.all(senders);
    await world().witness();
  });
}

async function send(endpoint: string, all: readonly (string | Uint8Array)[]): Promise<void> {
  const socket = new WebSocket(endpoint);
  await once(socket, 'open');
  const closed = once(socket, 'close') as Promise<[number]>;
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const frame = parseServerFrame(data.toString());
      assert.ok(frame !== undefined, `the server sent what is no frame: ${data.toString().slice(0, 200)}`);
      if (frame.e === 'hb') resolve();
    });
  });
  for (const message of all) socket.send(message);
  socket.send('{"hb":1}');
  const code = await Promise.race([answered, closed.then(([given]) => given)]);
  if (typeof code === 'number') assert.ok([4400, 1007, 1009].includes(code), `closed with ${code}`);
  socket.close();
  await closed;
}

const HANDSHAKE =
  'GET /log-stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** Bytes where frames belong: lengths that lie, no mask, reserved bits and opcodes, cut anywhere. */
const rawFrames = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc
    .record({ first: fc.nat(255), second: fc.nat(255), rest: fc.uint8Array({ maxLength: 40 }) })
    .map(({ first, second, rest }) => Buffer.from([first, second, ...rest])),
);

/** Sockets that send anything as bytes: the server closes them, or waits for the rest; nobody else hears of it. */
export function rawSockets(world: () => World): Target {
  return batches('bytes on sockets', 5, 20, rawFrames, async (all) => {
    await Promise.all(
      all.map(async (bytes) => {
        const socket = connect({ port: world().server.port, host: '127.0.0.1' });
        socket.on('error', () => undefined);
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.write(HANDSHAKE);
        await Promise.race([once(socket, 'data'), closed]);
        // Half of it in another packet.
        socket.write(bytes.subarray(0, bytes.length >> 1));
        socket.end(bytes.subarray(bytes.length >> 1));
        socket.resume();
        await closed;
      }),
    );
    await world().witness();
  });
}
