import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createLogServer, type LogServer } from '../../src/server/create-log-server.ts';
import type { LogServerOptions } from '../../src/server/config/options.ts';
import type { SignOptions } from '../../src/server/access/signer.ts';
import type { Batch, LogStore, LogTail } from '../../src/server/store.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { WireClient, type WireClientOptions } from './wire-client.ts';
import { packLines } from '../../src/server/lines/packed-lines.ts';

export const SECRET = 'a secret for tests';

/** The script of threads that search. */
export const SEARCH_THREAD = fileURLToPath(new URL('./search-thread.mjs', import.meta.url));

/** A log server on a real `http.Server`, at a port that was free. */
export interface TestServer {
  readonly logs: LogServer;
  readonly server: Server;
  readonly store: LogStore;
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** `http://127.0.0.1:PORT/log-stream` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT/log-stream` */
  readonly endpoint: string;
  sign(channel: string, options?: SignOptions): string;
  /** A connected viewer; it is closed with the server. */
  connect(options?: WireClientOptions): Promise<WireClient>;
  /** Appends lines with `store.append`, and resolves to the tail behind them. */
  append(channel: string, lines: readonly string[], end?: number): Promise<LogTail>;
  close(): Promise<void>;
}

/** Starts a server over a store of its own (memory unless given). Whoever calls it closes it. */
export async function openServer(options: Partial<LogServerOptions> = {}): Promise<TestServer> {
  const store = options.store ?? new MemoryStore();
  const logs = createLogServer({ secrets: [SECRET], searchThread: SEARCH_THREAD, ...options, store });
  const server = createServer();
  logs.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const basePath = options.basePath ?? '/log-stream';
  const endpoint = `ws://127.0.0.1:${port}${basePath}`;
  const clients: WireClient[] = [];
  return {
    logs,
    server,
    store,
    port,
    origin: `http://127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}${basePath}`,
    endpoint,
    sign: (channel, signOptions) => logs.sign(channel, signOptions),
    async connect(clientOptions) {
      const client = await WireClient.connect(endpoint, clientOptions);
      clients.push(client);
      return client;
    },
    append: (channel, lines, end) => append(store, channel, lines, end),
    async close() {
      for (const client of clients) client.socket.terminate();
      await logs.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (options.store === undefined) await store.close();
    },
  };
}

/** As {@link openServer}, closed when the test that calls it is over. */
export async function startServer(options: Partial<LogServerOptions> = {}): Promise<TestServer> {
  const server = await openServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** Appends plain lines with `store.append`. */
export async function append(store: LogStore, channel: string, lines: readonly string[], end?: number): Promise<LogTail> {
  const batch: Batch = { lines: packLines(lines.map((text) => [text] as const)), time: Date.now(), carryIn: '', carryOut: '', end };
  const result = await store.append(channel, batch);
  if (!result.ok) throw new Error(`The append was refused: ${result.reason}`);
  return result.tail;
}

/** `count` numbered lines, the first being number `from`. */
export function numbered(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index}`);
}

/** The open connections of a server, kept up to date. */
export function connectionsOf(server: TestServer): Set<Socket> {
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}
