import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import https from 'node:https';
import { connect as connectPlain, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogServer, type LogServer } from '../../../../src/server/create-log-server.ts';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { SECRET } from '../../../support/server.ts';
import { Authority } from '../../stores/certificates.ts';

/** Short, for the sake of the test; Node looks at it every so many ms. */
const TIMEOUTS: ServerOptions = { requestTimeout: 400, headersTimeout: 400, connectionsCheckingInterval: 40 };
const PATIENT = { timeout: 20_000, interval: 20 };

interface Host {
  readonly logs: LogServer;
  readonly server: Server;
  readonly dial: () => Promise<Connection>;
}

/** A connection to write requests on by hand. */
interface Connection {
  readonly socket: Socket;
  readonly received: () => string;
  readonly isClosed: () => boolean;
}

/** The host's own routes: they read the body, as Express does before a handler sees it. */
const app: RequestListener = (req, res) => {
  req.resume().on('end', () => res.end('app'));
};

const WAYS: readonly (readonly [string, (logs: LogServer) => Server])[] = [
  [
    'attach',
    (logs) => {
      const server = createServer(TIMEOUTS, app);
      logs.attach(server);
      return server;
    },
  ],
  [
    'handle',
    (logs) =>
      createServer(TIMEOUTS, (req, res) => {
        if (!logs.handle(req, res)) app(req, res);
      }),
  ],
];

async function host(
  make: (logs: LogServer) => Server,
  dial: (port: number) => Socket = (port) => connectPlain(port, '127.0.0.1'),
): Promise<Host> {
  const logs = createLogServer({ store: new MemoryStore(), secrets: [SECRET] });
  const server = make(logs);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await logs.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { logs, server, dial: () => open(() => dial(port)) };
}

async function open(dial: () => Socket): Promise<Connection> {
  const socket = dial();
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect' in socket ? 'secureConnect' : 'connect');
  return { socket, received: () => text, isClosed: () => isClosed };
}

/** Begins a request whose body goes on: one line, and no end. */
function begin({ socket }: Connection, method: string, path: string, topic = ''): void {
  const authorization = topic === '' ? '' : `Authorization: Bearer ${topic}\r\n`;
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Transfer-Encoding: chunked\r\n\r\n`);
  line({ socket }, 'one\n');
}

function line({ socket }: Pick<Connection, 'socket'>, text: string): void {
  socket.write(`${text.length.toString(16)}\r\n${text}\r\n`);
}

const PATH = '/log-stream/topics/run:1';
const closed = (connection: Connection): Promise<void> => vi.waitFor(() => expect(connection.isClosed()).toBe(true), PATIENT);

describe.each(WAYS)('the request timeout of a host that uses %s', (_name, make) => {
  it('applies to all bodies but those of authorized appends', async () => {
    const { logs, server, dial } = await host(make);
    expect(server.requestTimeout).toBe(400);
    const append = await dial();
    begin(append, 'PUT', PATH, logs.sign('run:1', { write: true }));
    const others: [method: string, path: string, topic?: string][] = [
      ['POST', '/'],
      ['POST', '/upload'],
      ['GET', '/log-stream/health'],
      ['GET', '/log-stream/assets/log-stream.js'],
      ['PUT', PATH],
      ['PUT', PATH, logs.sign('run:1')],
      ['PUT', PATH, logs.sign('run:2', { write: true })],
      ['GET', PATH, logs.sign('run:1', { write: true })],
      ['DELETE', '/log-stream/topics/run:3', logs.sign('run:3', { delete: true })],
    ];
    for (const other of others) {
      const connection = await dial();
      begin(connection, ...other);
      await closed(connection);
    }
    // By now each of them is over the limit, the append longest of all.
    line(append, 'two\n');
    append.socket.write('0\r\n\r\n');
    await vi.waitFor(() => expect(append.received()).toMatch(/^HTTP\/1\.1 200 [^]*-2"/u), PATIENT);
  }, 60_000);

  it('holds again for the next request of the same connection', async () => {
    const { logs, dial } = await host(make);
    const connection = await dial();
    const late = await dial();
    begin(connection, 'PUT', PATH, logs.sign('run:1', { write: true }));
    begin(late, 'POST', '/');
    await closed(late);
    connection.socket.write('0\r\n\r\n');
    await vi.waitFor(() => expect(connection.received()).toMatch(/HTTP\/1\.1 200 /u), PATIENT);
    begin(connection, 'POST', '/');
    await closed(connection);
    expect(connection.received()).toMatch(/HTTP\/1\.1 408 /u);
  });

  it('leaves what the host does with errors of its clients alone', async () => {
    const { logs, server, dial } = await host(make);
    const append = await dial();
    begin(append, 'PUT', PATH, logs.sign('run:1', { write: true }));
    const errors: unknown[] = [];
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      errors.push(error.code);
      socket.destroy();
    });
    const late = await dial();
    begin(late, 'POST', '/');
    await closed(late);
    const broken = await dial();
    broken.socket.write('no http\r\n\r\n');
    await closed(broken);
    expect(errors).toEqual(['ERR_HTTP_REQUEST_TIMEOUT', 'HPE_INVALID_METHOD']);
    expect(append.isClosed()).toBe(false);
    // It is still one of the server's connections.
    server.closeAllConnections();
    await closed(append);
  });
});

it('an append is exempt from it over TLS too', async () => {
  const authority = await Authority.create();
  onTestFinished(() => authority.remove());
  const files = await authority.issue('server', 'IP:127.0.0.1');
  const certificates = { key: await readFile(files.key), cert: await readFile(files.cert) };
  const make = (logs: LogServer): Server => {
    const server = https.createServer({ ...TIMEOUTS, ...certificates }, app);
    logs.attach(server);
    return server;
  };
  const { logs, dial } = await host(make, (port) => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }));
  const [append, late] = [await dial(), await dial()];
  begin(append, 'PUT', PATH, logs.sign('run:1', { write: true }));
  begin(late, 'POST', '/');
  await closed(late);
  append.socket.write('0\r\n\r\n');
  await vi.waitFor(() => expect(append.received()).toMatch(/^HTTP\/1\.1 200 /u), PATIENT);
});
