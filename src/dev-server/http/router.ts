import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import type { LogServer } from '../../server/create-log-server.ts';
import { SESSION_PATH, type ConsoleAccess } from './console-access.ts';
import { PROOF_PATH } from '../access/console-token.ts';
import { HttpProblem, sendProblem } from './respond.ts';
import type { ConsoleApi } from './console-api.ts';
import type { Pages } from './pages.ts';
import { answerSign } from './sign.ts';

export interface RouteOptions {
  readonly logs: Pick<LogServer, 'handle' | 'handleUpgrade' | 'sign'>;
  readonly api: ConsoleApi;
  readonly pages: Pages;
  readonly access: ConsoleAccess;
  readonly onFailure: (error: unknown) => void;
}

const SIGN = `${DEFAULT_BASE_PATH}/sign`;

/** Answers everything that comes to a server: signing, the log server, the page and what the page asks for. */
export function route(http: Server, options: RouteOptions): void {
  http.on('request', (request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      if (!(error instanceof HttpProblem)) options.onFailure(error);
      if (response.headersSent) response.destroy();
      else
        sendProblem(
          response,
          error instanceof HttpProblem ? error : new HttpProblem(500, 'The server failed to answer; its terminal says why.'),
        );
    });
  });
  http.on('upgrade', (request, socket, head) => {
    if (!options.logs.handleUpgrade(request, socket, head))
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
}

async function answer(options: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { logs, api, pages, access } = options;
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
  if (path === SESSION_PATH || path === PROOF_PATH) {
    await access.handle(request, response, path, new URLSearchParams(search));
  } else if (path === SIGN) {
    await access.require(request);
    answerSign(logs, request, response, new URLSearchParams(search));
  } else if (path.startsWith('/console/')) {
    await access.require(request);
    await api.handle(request, response, path);
  } else if (logs.handle(request, response)) {
    return;
  } else if (pages.has(path)) {
    pages.handle(request, response, path);
  } else if (path === '/') {
    throw new HttpProblem(503, 'The console page was not built: run npm run build.');
  } else {
    throw new HttpProblem(404, 'There is nothing here: the console page is at /.');
  }
}
