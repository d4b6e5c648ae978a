import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'puppeteer-core';
import { createLogServer, openStore, type LogServer, type LogStore } from '../../src/server/index.ts';
import type { ClientStats, LogStreamClient } from '../../src/worker/api.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const CSP = "default-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html log-stream";

/** Two logs at most, each in an element; and every line of the first as the client without the element hands it out. */
const PAGE_SCRIPT = `
import { connect } from '/log-stream/assets/client.js';
const client = connect();
window.stats = () => client.stats();
window.transport = () => client.transport;
window.lines = [];
window.complete = false;
const topic = document.querySelector('log-stream').getAttribute('topic');
if (new URL(location.href).searchParams.has('collect')) {
  for await (const { offset, text } of client.open(topic).lines()) window.lines.push([offset, text]);
  window.complete = true;
}
`;

declare global {
  /** What the script of a page leaves in its tab. */
  interface Window {
    lines: (readonly [offset: number, text: string])[];
    complete: boolean;
    stats: () => Promise<ClientStats>;
    transport: () => LogStreamClient['transport'];
  }
}

export interface PageOptions {
  /** Every line of `lines()` is gathered in `window.lines`. */
  readonly collect?: boolean;
  /** @default a topic that was signed now */
  readonly topic?: string;
  /** Directives of a content security policy, besides those every page has. */
  readonly csp?: string;
}

/** A web site with logs in its pages, whose server can be restarted and whose network can fail. */
export class Site {
  readonly proxy: TcpProxy;
  readonly #folder: string;
  #store: LogStore;
  #server: Server;
  #logs: LogServer;
  /** Where the server listens, or did before it was stopped: connections are refused then. */
  #port: number;

  private constructor(proxy: TcpProxy, folder: string, store: LogStore, server: Server, logs: LogServer) {
    this.proxy = proxy;
    this.#folder = folder;
    this.#store = store;
    this.#server = server;
    this.#logs = logs;
    this.#port = portOf(server);
  }

  /** Starts with an empty LMDB store in a temporary folder. `assets`: folder of a browser build other than the one of this package. */
  static async start(assets?: string): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'log-stream-site-'));
    const running = await serve(folder, assets);
    const proxy: TcpProxy = await TcpProxy.listen(() => site.#port);
    const site = new Site(proxy, folder, running.store, running.server, running.logs);
    return site;
  }

  get server(): Server {
    return this.#server;
  }

  get logs(): LogServer {
    return this.#logs;
  }

  /** Address of a page that shows the log of `channel`. */
  page(channel: string, { collect = false, topic = this.#logs.sign(channel), csp = '' }: PageOptions = {}): string {
    const query = new URLSearchParams({ topic, ...(collect ? { collect: '' } : {}), ...(csp === '' ? {} : { csp }) });
    return `${this.elsewhere}page?${query}`;
  }

  /** Address of a page without a log. */
  get elsewhere(): string {
    return `http://127.0.0.1:${this.proxy.port}/`;
  }

  /** Address of the log for producers: past the failing network. */
  appendUrl(channel: string): string {
    return `http://127.0.0.1:${portOf(this.#server)}/log-stream/topics/${channel}`;
  }

  /** Ends the server as a deploy does and starts another over the same store; `assets` as for `start`. */
  async restart(assets?: string): Promise<void> {
    await this.#stop();
    const { store, server, logs } = await serve(this.#folder, assets);
    this.#store = store;
    this.#server = server;
    this.#logs = logs;
    this.#port = portOf(server);
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.#stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #stop(): Promise<void> {
    await this.#logs.close({ reason: 'deploy', retry: [0, 500] });
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#store.close();
  }
}

async function serve(folder: string, assets: string | undefined): Promise<{ store: LogStore; server: Server; logs: LogServer }> {
  const store = await openStore(`lmdb:${folder}`);
  const logs = createLogServer({ store, secrets: ['secret of the tests'], ...(assets === undefined ? {} : { assets }) });
  const server = createServer(answerPage);
  logs.attach(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { store, server, logs };
}

function answerPage(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://site');
  if (url.pathname.startsWith('/log-stream')) return;
  response.setHeader('content-security-policy', `${CSP}; ${url.searchParams.get('csp') ?? ''}`);
  if (url.pathname === '/') {
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html><html lang="en"><title>elsewhere</title>');
    return;
  }
  if (url.pathname === '/page.js') {
    response.setHeader('content-type', 'text/javascript').end(PAGE_SCRIPT);
    return;
  }
  const topic = (url.searchParams.get('topic') ?? '').replaceAll('"', '');
  response
    .setHeader('content-type', 'text/html; charset=utf-8')
    .end(
      `<!doctype html><html lang="en"><title>log</title>` +
        `<script type="module" src="/log-stream/assets/log-stream.js"></script><script type="module" src="/page.js"></script>` +
        `<log-stream topic="${topic}"></log-stream>`,
    );
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The rows of the element that are in the page, as `number: text`. */
export function shownRows(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('log-stream')?.shadowRoot;
    return [...(root?.querySelectorAll('[part~="row"]') ?? [])].map(
      (row) => `${row.getAttribute('aria-posinset') ?? ''}: ${row.querySelector('[part~="text"]')?.textContent ?? ''}`,
    );
  });
}

/** The element's `state` attribute. */
export function shownState(page: Page | Frame): Promise<string | null | undefined> {
  return page.evaluate(() => document.querySelector('log-stream')?.getAttribute('state'));
}

/** Every line `lines()` gave in this tab so far. */
export function collected(page: Page): Promise<Window['lines']> {
  return page.evaluate(() => window.lines);
}

/** How many lines `lines()` gave in this tab so far. */
export function collectedCount(page: Page): Promise<number> {
  return page.evaluate(() => window.lines.length);
}

/** Whether `lines()` came to its end in this tab. */
export function isComplete(page: Page): Promise<boolean> {
  return page.evaluate(() => window.complete);
}

/** What the client says of the session it uses. */
export function stats(page: Pick<Page, 'evaluate'>): Promise<ClientStats> {
  return page.evaluate(() => window.stats());
}
