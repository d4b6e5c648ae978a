import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import type { LogServer } from '../../server/create-log-server.ts';
import { SESSION_PATH, type ConsoleAccess } from './console-access.ts';
import { PROOF_PATH } from '../access/console-token.ts';
import { HttpProblem, sendProblem } from './respond.ts';
import type { ConsoleApi } from './console-api.ts';
import type { Pages } from './pages.ts';
import { handleSign } from './sign.ts';

export interface RouteOptions {
  readonly logs: Pick<LogServer, 'handle' | 'handleUpgrade' | 'sign'>;
  readonly api: ConsoleApi;
  readonly pages: Pages;
  readonly access: ConsoleAccess;
  readonly onFailure: (error: unknown) => void;
}

/** Requests that wait for the server to open, at most: more than the tabs and commands of one person. */
const MAX_WAITING = 256;
/** ms for the answers to requests that waited in vain. */
const FLUSH_TIMEOUT = 1_000;

const FAILED = 'The server failed to answer. Its terminal says why.';
const NOT_OPEN = 'The server is starting. Try again in a moment.';
const NOT_STARTED = 'The server could not start. Its terminal says why.';

const SIGN = `${DEFAULT_BASE_PATH}/sign`;

/** Answers all requests of a server. Requests that come before `open` wait for it: a port can be bound before what it serves is ready. */
export class Router {
  readonly #opened: Promise<RouteOptions | undefined>;
  #resolve: (options: RouteOptions | undefined) => void = () => undefined;
  #options: RouteOptions | undefined;
  readonly #waiting = new Set<ServerResponse>();

  constructor(http: Server) {
    this.#opened = new Promise((resolve) => (this.#resolve = resolve));
    http.on('request', (request, response) => void this.#answer(request, response));
    http.on('upgrade', (request, socket, head) => {
      if (this.#options === undefined) refuseUpgrade(socket, '503 Service Unavailable');
      else if (!this.#options.logs.handleUpgrade(request, socket, head)) refuseUpgrade(socket, '404 Not Found');
    });
  }

  open(options: RouteOptions): void {
    this.#options = options;
    this.#resolve(options);
  }

  /** Answers the requests that wait with 503, because the server could not start. Resolves once they have been sent. */
  async fail(): Promise<void> {
    const sent = [...this.#waiting].map((response) => new Promise((resolve) => response.once('close', resolve)));
    this.#resolve(undefined);
    await Promise.race([Promise.all(sent), sleep(FLUSH_TIMEOUT, undefined, { ref: false })]);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await answer(this.#options ?? (await this.#wait(response)), request, response);
    } catch (error) {
      if (!(error instanceof HttpProblem)) this.#options?.onFailure(error);
      if (response.headersSent) response.destroy();
      else sendProblem(response, error instanceof HttpProblem ? error : new HttpProblem(500, FAILED));
    }
  }

  async #wait(response: ServerResponse): Promise<RouteOptions> {
    if (this.#waiting.size >= MAX_WAITING) throw new HttpProblem(503, NOT_OPEN, { 'retry-after': '1' });
    this.#waiting.add(response);
    response.once('close', () => this.#waiting.delete(response));
    const options = await this.#opened;
    if (options === undefined) throw new HttpProblem(503, NOT_STARTED, { connection: 'close' });
    return options;
  }
}

/** Node has no listener left on the socket of an upgrade: without one, a client that resets it would end the process. */
function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function answer(options: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { logs, api, pages, access } = options;
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
  if (path === SESSION_PATH || path === PROOF_PATH) {
    await access.handle(request, response, path, new URLSearchParams(search));
  } else if (path === SIGN) {
    await access.require(request);
    handleSign(logs, request, response, new URLSearchParams(search));
  } else if (path.startsWith('/console/')) {
    await access.require(request);
    await api.handle(request, response, path);
  } else if (logs.handle(request, response)) {
    return;
  } else if (pages.has(path)) {
    pages.handle(request, response, path);
  } else if (path === '/') {
    throw new HttpProblem(503, 'The console page is not built. Run npm run build.');
  } else {
    throw new HttpProblem(404, 'Not found. The console page is at /.');
  }
}
