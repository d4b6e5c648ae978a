import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import WebSocket, { WebSocketServer, type RawData } from 'ws';
import type { LogServerOptions } from '../../src/server/config/options.ts';
import { openServer } from '../support/server.ts';

type Headers = Record<string, string | string[] | undefined>;
type Frame = Readonly<Record<string, unknown>>;

/** What is wrong with a server. Each is a right server with something between it and its clients. */
export interface Fault {
  readonly options?: Partial<LogServerOptions>;
  /** Changes path and query of a request. */
  readonly heads?: (target: string) => string;
  /** Changes the headers of a request. */
  readonly asks?: (headers: Headers) => Headers;
  /** Changes the body of a request. */
  readonly takes?: (chunk: Buffer) => Buffer;
  /** Changes status or headers of an answer. */
  readonly answers?: (status: number, headers: Headers, req: IncomingMessage) => { readonly status: number; readonly headers: Headers };
  /** Changes the body of an answer. */
  readonly gives?: (chunk: Buffer, req: IncomingMessage) => Buffer;
  /** An answer that is broken off ends properly. */
  readonly mends?: boolean;
  /** Nothing is answered before the body of the request was read. */
  readonly waits?: boolean;
  /** Changes a frame of the server. */
  readonly tells?: (frame: Frame) => readonly Frame[];
  /** Changes a message of a client; undefined: it is lost. */
  readonly hears?: (text: string) => string | undefined;
  /** Frames are queued for whoever does not take them. */
  readonly queues?: boolean;
}

/** Starts a faulty server for one test. Resolves to its base URL. */
export async function startFaulty(fault: Fault): Promise<string> {
  const right = await openServer({ heartbeat: 2_000, ...fault.options });
  const server = createServer((req, res) => pass(fault, right.port, req, res));
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('log-stream.v1') ? 'log-stream.v1' : false),
  });
  server.on('upgrade', (req, socket, head) => passSocket(fault, right.port, sockets, req, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await right.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/log-stream`;
}

function pass(fault: Fault, port: number, req: IncomingMessage, res: ServerResponse): void {
  const headers = fault.asks?.({ ...req.headers }) ?? req.headers;
  const upstream = request({
    port,
    host: '127.0.0.1',
    path: fault.heads?.(req.url ?? '') ?? req.url,
    method: req.method,
    headers: defined(headers),
  });
  req.on('data', (chunk: Buffer) => upstream.write(fault.takes?.(chunk) ?? chunk));
  req.on('end', () => upstream.end());
  res.on('close', () => upstream.destroy());
  upstream.on('error', () => res.destroy());
  upstream.flushHeaders();
  upstream.on('response', (answer) => {
    const give = (): void => {
      const { status, headers: its } = fault.answers?.(answer.statusCode ?? 500, { ...answer.headers }, req) ?? {
        status: answer.statusCode ?? 500,
        headers: answer.headers,
      };
      // What is changed has another length.
      res.writeHead(status, defined(fault.gives === undefined ? its : { ...its, 'content-length': undefined }));
      res.flushHeaders();
      answer.on('data', (chunk: Buffer) => res.write(fault.gives?.(chunk, req) ?? chunk));
      answer.on('end', () => res.end());
      answer.on('error', () => (fault.mends === true ? res.end() : res.destroy()));
    };
    if (fault.waits !== true || req.readableEnded) give();
    else req.once('end', give);
  });
}

function passSocket(fault: Fault, port: number, sockets: WebSocketServer, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { host, origin } = req.headers;
  const protocols = req.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  const upstream = new WebSocket(`ws://127.0.0.1:${port}${req.url ?? ''}`, protocols, {
    headers: defined({ host, origin }),
    perMessageDeflate: false,
  });
  // What comes right behind the handshake is for the client, once it is there.
  upstream.pause();
  upstream.on('error', () => socket.destroy());
  upstream.once('open', () => {
    sockets.handleUpgrade(req, socket, head, (client) => {
      upstream.on('message', (data) => tell(fault, upstream, client, data));
      upstream.on('close', (code, reason) => client.close(code === 1_005 || code === 1_006 ? 1_011 : code, reason));
      client.on('message', (data, isBinary) => hear(fault, upstream, data, isBinary));
      client.on('close', () => upstream.terminate());
      client.on('error', () => undefined);
      upstream.resume();
    });
  });
}

function tell(fault: Fault, upstream: WebSocket, client: WebSocket, data: RawData): void {
  const frame = JSON.parse(textOf(data)) as Frame;
  for (const each of fault.tells?.(frame) ?? [frame]) {
    if (fault.queues === true) {
      client.send(JSON.stringify(each));
      continue;
    }
    upstream.pause();
    client.send(JSON.stringify(each), () => upstream.resume());
  }
}

function hear(fault: Fault, upstream: WebSocket, data: RawData, isBinary: boolean): void {
  const text = fault.hears === undefined ? textOf(data) : fault.hears(textOf(data));
  if (text !== undefined) upstream.send(isBinary ? Buffer.from(text) : text);
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}

function defined(headers: Headers | IncomingHttpHeaders): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) found[name] = value;
  return found;
}
