import { once } from 'node:events';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { createLogServer, type LogServer, type LogServerOptions } from '../../src/server/index.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const SECRET = 'secret of the stage';
const CSP = "default-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html log-stream";

/** Puts the elements that the address names into the page, and records their events and what they show. */
const PAGE_SCRIPT = `
window.told = [];
for (const type of ['state', 'end', 'follow']) document.addEventListener('log-stream-' + type, ({ target, detail }) => {
  window.told.push({ type, log: [...document.querySelectorAll('log-stream')].indexOf(target), ...detail });
});
const { elements } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
for (const attributes of elements) {
  const element = document.createElement('log-stream');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
}
import('/log-stream/assets/log-stream.js');
`;
const PAGE = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>log</title>
<link rel="stylesheet" href="/page.css"><script type="module" src="/page.js"></script><body>`;
const PAGE_STYLE = 'html{color-scheme:light dark}body{margin:16px}log-stream{--ls-height:320px;margin-bottom:16px}';

/** What happens to WebSockets: served, closed at once with a code, greeted with a version, refused, or left hanging. */
type Sockets = 'served' | 'refused' | 'hanging' | { readonly close: number } | { readonly version: number };
/** What happens to requests for lines: served, answered with a status, answered without a line, or left waiting. */
type History = 'served' | 'empty' | 'waiting' | number;
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web site of which every part can be made to fail, and the network with it. */
export class Stage {
  readonly store = new FaultyStore();
  readonly proxy: TcpProxy;
  sockets: Sockets = 'served';
  history: History = 'served';
  /** Answers for paths besides the log server's, and how often each was requested. */
  readonly answers = new Map<string, Answer>();
  readonly asked = new Map<string, number>();
  readonly #server: Server;
  readonly #options: Partial<LogServerOptions>;
  readonly #greeter = new WebSocketServer({ noServer: true });
  readonly #waiting: (() => void)[] = [];
  #logs: LogServer;

  private constructor(server: Server, proxy: TcpProxy, options: Partial<LogServerOptions>) {
    this.#server = server;
    this.proxy = proxy;
    this.#options = options;
    this.#logs = this.#createLogs();
    server.on('request', (request, response) => this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(options: Partial<LogServerOptions> = {}): Promise<Stage> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    return new Stage(server, await TcpProxy.listen(() => port), options);
  }

  get logs(): LogServer {
    return this.#logs;
  }

  /** The address of a page with elements of these attributes. */
  page(...elements: readonly Readonly<Record<string, string>>[]): string {
    return `http://127.0.0.1:${this.proxy.port}/page#${encodeURIComponent(JSON.stringify({ elements }))}`;
  }

  /** A signed topic; `x` in unix seconds. */
  sign(channel: string, claims: { readonly t?: number; readonly x?: number } = {}, secret = SECRET): string {
    const payload = Buffer.from(JSON.stringify({ c: channel, t: Math.floor(Date.now() / 1_000), ...claims })).toString('base64');
    return `${payload}--${createHmac('sha256', secret).update(payload).digest('hex')}`;
  }

  /** Appends lines `line FROM` to `line TO`, or of another name; ends the log when a code is given. */
  async write(channel: string, from: number, to: number, { name = 'line', end }: { name?: string; end?: number } = {}): Promise<void> {
    const writer = this.logs.writer(channel);
    let text = '';
    for (let at = from; at <= to; at += 1) text += `${name} ${at}\n`;
    if (text !== '') await writer.write(text);
    if (end === undefined) await writer.finish();
    else await writer.end(end);
  }

  /** Ends the log server as a deploy does, and starts another. */
  async restart(retry: readonly [number, number] = [0, 0]): Promise<void> {
    await this.#logs.close({ reason: 'deploy', retry: [...retry] });
    this.#logs = this.#createLogs();
  }

  /** Cuts the network: open connections break, new ones are refused. */
  unplug(): void {
    this.proxy.refuse(true);
    this.proxy.cut();
  }

  plugIn(): void {
    this.proxy.refuse(false);
  }

  /** Releases waiting requests, and holds back no more of them. */
  release(): void {
    if (this.sockets === 'hanging') this.sockets = 'served';
    if (this.history === 'waiting') this.history = 'served';
    for (const go of this.#waiting.splice(0)) go();
  }

  async close(): Promise<void> {
    this.release();
    await this.proxy.close();
    await this.#logs.close();
    this.#server.close();
    this.#server.closeAllConnections();
    await this.store.close();
  }

  #createLogs(): LogServer {
    return createLogServer({ store: this.store, secrets: [SECRET], ...this.#options });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stage');
    const answer = this.answers.get(pathname);
    if (answer !== undefined) {
      this.asked.set(pathname, (this.asked.get(pathname) ?? 0) + 1);
      answer(request, response);
    } else if (pathname.startsWith('/log-stream/topics/') && this.history !== 'served') {
      this.#withhold(request, response, searchParams);
    } else if (!this.#logs.handle(request, response)) {
      response.setHeader('content-security-policy', CSP);
      if (pathname === '/page.js') response.setHeader('content-type', 'text/javascript').end(PAGE_SCRIPT);
      else if (pathname === '/page.css') response.setHeader('content-type', 'text/css').end(PAGE_STYLE);
      else response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
    }
  }

  #withhold(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    if (typeof this.history === 'number') response.writeHead(this.history).end();
    else if (this.history === 'waiting') this.#waiting.push(() => this.#answer(request, response));
    else {
      const [epoch, after] = [query.get('epoch'), Number(query.get('after'))];
      response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify({ epoch, after, lines: [] }));
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { sockets } = this;
    if (sockets === 'served') this.#logs.handleUpgrade(request, socket, head);
    else if (sockets === 'refused') socket.destroy();
    else if (sockets === 'hanging') this.#waiting.push(() => this.#upgrade(request, socket, head));
    else {
      this.#greeter.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.send(JSON.stringify({ e: 'hello', v: 'version' in sockets ? sockets.version : 1, hb: 15_000 }));
        if ('close' in sockets) webSocket.close(sockets.close);
      });
    }
  }
}
