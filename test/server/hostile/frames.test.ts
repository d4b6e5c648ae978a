import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';

/** A WebSocket by hand that offers compression; resolves to its connection and what the handshake answered. */
async function handshake({
  port,
}: TestServer): Promise<{ readonly socket: Socket; readonly head: string; readonly rest: Promise<Buffer> }> {
  const socket = connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  const fields = [
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
  ];
  socket.write(`GET /log-stream HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  const chunks: Buffer[] = [];
  socket.on('data', (data: Buffer) => chunks.push(data));
  const rest = once(socket, 'close').then(() => Buffer.concat(chunks));
  return { socket, head: first.toString('latin1'), rest };
}

/** A masked frame, the mask being zeros; `first` is its first byte. */
function frame(first: number, payload: Buffer): Buffer {
  const length =
    payload.length < 126 ? Buffer.from([0x80 | payload.length]) : Buffer.from([0xfe, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(4), payload]);
}

/** The code of the close frame in what came last. */
function closeCode(bytes: Buffer): number | undefined {
  const at = bytes.lastIndexOf(0x88);
  return at === -1 ? undefined : bytes.readUInt16BE(at + 2);
}

describe('Frames that would be more than they look', () => {
  it('are not compressed: the offer is declined, and one that is anyway ends its socket unread', async () => {
    const server = await startServer();
    const { socket, head, rest } = await handshake(server);
    expect(head).toMatch(/^HTTP\/1\.1 101 /u);
    expect(head.toLowerCase()).not.toContain('sec-websocket-extensions');
    const bomb = deflateRawSync(Buffer.alloc(40_000_000, '['));
    expect(bomb.length).toBeLessThan(64 * 1_024);
    // Reserved bit 1 is how permessage-deflate marks a message.
    socket.write(frame(0xc1, bomb));
    expect(closeCode(await rest)).toBe(1002);
  });

  it('may not be put together of parts beyond the limit', async () => {
    const server = await startServer();
    const { socket, rest } = await handshake(server);
    const part = Buffer.alloc(8_192, ' ');
    socket.write(frame(0x01, part));
    for (let index = 0; index < 9; index += 1) socket.write(frame(0x00, part));
    expect(closeCode(await rest)).toBe(1009);
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(0), { timeout: 20_000 });
  });

  it('may not announce more than the limit, however little arrives', async () => {
    const server = await startServer();
    const { socket, rest } = await handshake(server);
    socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]));
    expect(closeCode(await rest)).toBe(1009);
  });
});
