import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as connect,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What becomes of a request to open a WebSocket. */
export type Upgrades = 'pass' | 'refuse' | 'hang' | 'html' | 'swallow';

/** A proxy as companies have them: HTTP passes, WebSockets only if it likes. Streams may be held back too. */
export class HttpProxy {
  readonly port: number;
  upgrades: Upgrades;
  /** Answers that are streamed are held back until they are complete. */
  buffering = false;
  /** What becomes of the headers of a request, handshakes included. */
  headers: (headers: IncomingHttpHeaders) => OutgoingHttpHeaders = (headers) => headers;
  /** Handshakes so far. */
  handshakes = 0;
  /** Streams that are open now, and so far. */
  streams = 0;
  streamed = 0;
  readonly #server: Server;
  readonly #target: () => number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #sockets = new Set<Duplex>();

  private constructor(server: Server, target: () => number, upgrades: Upgrades) {
    this.#server = server;
    this.#target = target;
    this.upgrades = upgrades;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#pass(request, response));
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
    server.on('connection', (socket: Duplex) => this.#keep(socket));
  }

  /** Listens on a free port of the loopback; `target` gives the port to pass requests to. */
  static async listen(target: () => number, upgrades: Upgrades = 'refuse'): Promise<HttpProxy> {
    const server = createServer({ requestTimeout: 0 });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new HttpProxy(server, target, upgrades);
  }

  /** Breaks every connection off, those of WebSockets included. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { method, url } = request;
    const headers = this.headers(request.headers);
    const upstream = connect({ port: this.#target(), host: '127.0.0.1', method, path: url, headers, agent: this.#agent });
    upstream.on('error', () => response.destroy());
    upstream.on('response', (answer) => {
      const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true;
      if (isStream) {
        this.streams += 1;
        this.streamed += 1;
        response.on('close', () => (this.streams -= 1));
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.on('error', () => response.destroy());
      if (isStream && this.buffering)
        void answer.toArray().then(
          (pieces: Buffer[]) => response.end(Buffer.concat(pieces)),
          () => response.destroy(),
        );
      else answer.pipe(response);
    });
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.handshakes += 1;
    switch (this.upgrades) {
      case 'hang':
        return;
      case 'html':
        socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<p>Hello</p>');
        return;
      case 'refuse':
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      case 'swallow':
      case 'pass':
        this.#tunnel(request, socket, head, this.upgrades === 'pass');
    }
  }

  /** The handshake always passes; with `whole` also what comes behind it. */
  #tunnel({ url, headers }: IncomingMessage, socket: Duplex, head: Buffer, whole: boolean): void {
    const upstream = connect({ port: this.#target(), host: '127.0.0.1', path: url, headers: this.headers(headers), agent: false });
    upstream.on('error', () => socket.destroy());
    upstream.on('response', () => socket.destroy());
    upstream.on('upgrade', (answer, far: Duplex, farHead: Buffer) => {
      this.#keep(far);
      const said = answer.rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${answer.rawHeaders[index + 1] ?? ''}`] : []));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${said.join('\r\n')}\r\n\r\n`);
      far.on('close', () => socket.destroy());
      socket.on('close', () => far.destroy());
      if (!whole) {
        far.resume();
        return;
      }
      socket.write(farHead);
      far.write(head);
      far.pipe(socket).pipe(far);
    });
    upstream.end();
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }
}
