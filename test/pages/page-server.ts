import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogServer, openStore, type LogServer, type LogServerOptions } from '../../src/server/index.ts';
import { SEARCH_THREAD } from '../support/server.ts';

/** What a page is answered with. */
interface Content {
  readonly body: string;
  readonly headers: OutgoingHttpHeaders;
}

/** A web site whose pages are what a test says, with a log server over memory. */
export class PageServer {
  readonly logs: LogServer;
  readonly #server: Server;
  readonly #contents = new Map<string, Content>();
  readonly #channel = 'build:42';

  private constructor(server: Server, logs: LogServer) {
    this.#server = server;
    this.logs = logs;
    server.on('request', (request, response) => this.#answer(request, response));
    logs.attach(server);
  }

  static async start(options: Partial<LogServerOptions> = {}): Promise<PageServer> {
    const store = await openStore('memory:');
    const logs = createLogServer({ store, secrets: ['secret of the tests'], searchThread: SEARCH_THREAD, ...options });
    const site = new PageServer(createServer(), logs);
    await once(site.#server.listen(0, '127.0.0.1'), 'listening');
    return site;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A topic of the one log that these sites have. */
  get topic(): string {
    return this.logs.sign(this.#channel);
  }

  /** Puts a page at a path, and gives its address. `topic="…"` in it becomes a topic of the log. */
  put(path: string, body: string, headers: OutgoingHttpHeaders = {}): string {
    this.#contents.set(path, { body: body.replaceAll('topic="…"', `topic="${this.topic}"`), headers });
    return `${this.origin}${path}`;
  }

  /** Writes `line FROM` to `line TO` to the log. */
  async write(from: number, to: number): Promise<void> {
    const writer = this.logs.writer(this.#channel);
    for (let line = from; line <= to; line += 1) await writer.write(`line ${line}\n`);
    await writer.finish();
  }

  /** Completes the log. */
  async end(): Promise<void> {
    await this.logs.writer(this.#channel).end(0);
  }

  async close(): Promise<void> {
    await this.logs.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(url, this.origin);
    if (pathname.startsWith('/log-stream')) return;
    const content = this.#contents.get(pathname);
    if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...content.headers }).end(content.body);
  }
}
