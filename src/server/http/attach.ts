import type { IncomingMessage, RequestListener, Server as HttpServer, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerProblem } from './core/answer.ts';
import { Problem } from '../problem.ts';
import { refuseUpgrade } from '../ws/refuse-upgrade.ts';

/** Answers some of the requests of a server. */
export interface Handler {
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

const NOT_FOUND = 'Nothing is served at this path.';

/**
 * Passes every request to `handler` first, and those it does not answer to the listeners attached before. Request listeners
 * added later see all requests, as Node calls every listener. Returns a function that undoes this.
 */
export function attach(server: HttpServer, handler: Handler): () => void {
  const others = server.listeners('request') as RequestListener[];
  const onRequest = (req: IncomingMessage, res: ServerResponse): void => {
    if (handler.handle(req, res)) return;
    for (const listener of others) listener.call(server, req, res);
    // There is no other listener to answer.
    if (others.length === 0 && server.listenerCount('request') === 1) answerProblem(res, new Problem('not-found', NOT_FOUND));
  };
  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (handler.handleUpgrade(req, socket, head)) return;
    if (server.listenerCount('upgrade') === 1) refuseUpgrade(socket, new Problem('not-found', NOT_FOUND));
  };
  server.removeAllListeners('request');
  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('request', onRequest);
    server.off('upgrade', onUpgrade);
    for (const listener of others) server.on('request', listener);
  };
}
