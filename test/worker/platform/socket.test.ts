import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket as TcpSocket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket as NodeWebSocket, WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import { Socket } from '../../../src/worker/platform/socket.ts';

interface Heard {
  readonly opened: number[];
  readonly frames: [generation: number, text: string][];
  readonly closed: [generation: number, code: number][];
}

/** A socket on its own, with everything it says and every WebSocket it makes. */
function socketTo(
  url: string,
  WebSocketClass: typeof NodeWebSocket = NodeWebSocket,
): { socket: Socket; heard: Heard; made: NodeWebSocket[] } {
  const heard: Heard = { opened: [], frames: [], closed: [] };
  const made: NodeWebSocket[] = [];
  class Counted extends WebSocketClass {
    constructor(address: string, protocols?: string) {
      super(address, protocols);
      made.push(this);
    }
  }
  const socket = new Socket(url, Counted as unknown as typeof WebSocket, {
    opened: (generation) => void heard.opened.push(generation),
    frame: (generation, text) => void heard.frames.push([generation, text]),
    closed: (generation, code) => void heard.closed.push([generation, code]),
  });
  onTestFinished(() => {
    socket.abandon();
    for (const one of made) one.terminate();
  });
  return { socket, heard, made };
}

async function serve(): Promise<{ url: string; sockets: ServerSocket[]; received: string[]; server: WebSocketServer }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const sockets: ServerSocket[] = [];
  const received: string[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer) => received.push(data.toString()));
    socket.send('hello');
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets, received, server };
}

/** Lets everything that is under way in this process happen: a hundred turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the guards around reconnecting-websocket', () => {
  it('make no attempt but the admitted one, and the next as soon as it is admitted', async () => {
    const { url, sockets } = await serve();
    const { socket, heard, made } = socketTo(url);
    socket.connect(1);
    await vi.waitFor(() => expect(heard.opened).toEqual([1]));
    sockets[0]!.close(1012);
    await vi.waitFor(() => expect(heard.closed).toEqual([[1, 1012]]));
    await settle();
    expect(made).toHaveLength(1);
    socket.connect(2);
    await vi.waitFor(() => expect(heard.opened).toEqual([1, 2]));
    expect(made).toHaveLength(2);
    expect(heard.frames).toEqual([
      [1, 'hello'],
      [2, 'hello'],
    ]);
  });

  it('report the code with which the socket was really closed', async () => {
    const { url, sockets } = await serve();
    const { socket, heard } = socketTo(url);
    for (const [at, code] of [4408, 1011, 1000, 4426].entries()) {
      socket.connect(at);
      await vi.waitFor(() => expect(heard.opened).toContain(at));
      sockets[at]!.close(code);
      await vi.waitFor(() => expect(heard.closed.at(-1)).toEqual([at, code]));
    }
    socket.connect(9);
    await vi.waitFor(() => expect(heard.opened).toContain(9));
    sockets.at(-1)!.terminate();
    await vi.waitFor(() => expect(heard.closed.at(-1)).toEqual([9, 1006]));
  });

  it('report a refused handshake, and try again when that is admitted', async () => {
    const server: Server = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello</p>'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { socket, heard, made } = socketTo(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      socket.connect(attempt);
      await vi.waitFor(() => expect(heard.closed).toHaveLength(attempt));
      expect(heard.closed.at(-1)).toEqual([attempt, 1006]);
    }
    expect(made).toHaveLength(3);
    expect(heard.opened).toEqual([]);
  });

  it('report one close for one socket, though the library closes it too', async () => {
    const { socket, heard } = socketTo('ws://127.0.0.1:1');
    socket.connect(1);
    await vi.waitFor(() => expect(heard.closed).toEqual([[1, 1006]]));
    await settle();
    expect(heard.closed).toHaveLength(1);
  });

  it('survive a constructor that throws, e.g. because of a content security policy', async () => {
    const { url } = await serve();
    let blocked = true;
    class Blocked extends NodeWebSocket {
      constructor(address: string, protocols?: string) {
        if (blocked) throw new DOMException('Refused to connect.', 'SecurityError');
        super(address, protocols);
      }
    }
    const { socket, heard } = socketTo(url, Blocked as unknown as typeof NodeWebSocket);
    socket.connect(1);
    await vi.waitFor(() => expect(heard.closed).toEqual([[1, 1006]]));
    socket.connect(2);
    await vi.waitFor(() => expect(heard.closed).toHaveLength(2));
    blocked = false;
    socket.connect(3);
    await vi.waitFor(() => expect(heard.opened).toEqual([3]));
  });

  it('survive being abandoned before there is a socket, and make a new one later', async () => {
    const { url } = await serve();
    const { socket, heard, made } = socketTo(url);
    for (let times = 1; times <= 5; times += 1) {
      socket.connect(times);
      socket.abandon();
    }
    await settle();
    expect(made).toEqual([]);
    socket.connect(6);
    await vi.waitFor(() => expect(heard.opened).toEqual([6]));
    expect(made).toHaveLength(1);
  });

  it('survive being abandoned while the library waits to be admitted', async () => {
    const { url, sockets } = await serve();
    const { socket, heard, made } = socketTo(url);
    socket.connect(1);
    await vi.waitFor(() => expect(heard.opened).toEqual([1]));
    sockets[0]!.terminate();
    await vi.waitFor(() => expect(heard.closed).toHaveLength(1));
    await settle();
    socket.abandon();
    await settle();
    expect(made).toHaveLength(1);
    socket.connect(2);
    await vi.waitFor(() => expect(heard.opened).toEqual([1, 2]));
    expect(made).toHaveLength(2);
  });

  it('ignore late events of a socket that was abandoned', async () => {
    const { url, sockets } = await serve();
    const { socket, heard } = socketTo(url);
    socket.connect(1);
    await vi.waitFor(() => expect(heard.frames).toHaveLength(1));
    sockets[0]!.send('late');
    socket.abandon();
    sockets[0]!.send('later');
    await once(sockets[0]!, 'close');
    await settle();
    expect(heard.frames).toEqual([[1, 'hello']]);
    expect(heard.closed).toEqual([]);
  });

  it('abandon a handshake that never ends without an unhandled error', async () => {
    const clients: TcpSocket[] = [];
    const silent = createTcpServer((client) => clients.push(client.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      for (const client of clients) client.destroy();
      silent.close();
    });
    const unhandled = vi.fn();
    process.on('uncaughtException', unhandled);
    onTestFinished(() => void process.off('uncaughtException', unhandled));
    const { socket, heard, made } = socketTo(`ws://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    socket.connect(1);
    await vi.waitFor(() => expect(clients).toHaveLength(1));
    socket.abandon();
    await vi.waitFor(() => expect(made[0]?.readyState).toBe(NodeWebSocket.CLOSED));
    await settle();
    expect(unhandled).not.toHaveBeenCalled();
    expect(heard.closed).toEqual([]);
  });

  it('queue nothing: frames before the socket is open are dropped', async () => {
    const { url, received } = await serve();
    const { socket, heard } = socketTo(url);
    socket.connect(1);
    for (let times = 0; times < 1_000; times += 1) socket.send('too early');
    await vi.waitFor(() => expect(heard.opened).toEqual([1]));
    socket.send('in time');
    await vi.waitFor(() => expect(received).toEqual(['in time']));
  });

  it('offer the subprotocol, and ignore binary frames', async () => {
    const { url, sockets } = await serve();
    const { socket, heard } = socketTo(url);
    socket.connect(1);
    await vi.waitFor(() => expect(heard.opened).toEqual([1]));
    expect(sockets[0]!.protocol).toBe('log-stream.v1');
    sockets[0]!.send(Buffer.from('binary'));
    sockets[0]!.send('text');
    await vi.waitFor(() => expect(heard.frames.map(([, text]) => text)).toEqual(['hello', 'text']));
  });
});
