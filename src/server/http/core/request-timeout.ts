import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** The emitting side of an `http.Server`. */
interface Emitting {
  emit(event: string, ...args: unknown[]): boolean;
}

/** The request of a connection that may take as long as it likes; of the next one on the same connection nothing is said. */
const exempt = new WeakMap<object, IncomingMessage>();
const heeding = new WeakSet<object>();

/**
 * Lets the body of this request arrive for as long as it takes, and leaves the server's `requestTimeout` to all others.
 *
 * Node has one timeout for all requests of a server. It tells of each request that is over it by `clientError` with
 * ERR_HTTP_REQUEST_TIMEOUT, and whoever takes that event decides what becomes of the connection; it does not ask again about the same
 * request. A listener would have to decide for every other error too, in Node's stead, so the event is taken out before
 * any listener hears of it.
 */
export function exemptFromRequestTimeout(req: IncomingMessage): void {
  const server = serverOf(req.socket);
  if (server === undefined) return;
  heedExemptions(server);
  exempt.set(req.socket, req);
}

function heedExemptions(server: Emitting): void {
  if (heeding.has(server)) return;
  heeding.add(server);
  const emit = server.emit.bind(server);
  server.emit = (event, ...args) => (event === 'clientError' && isExempt(args[0], args[1])) || emit(event, ...args);
}

function isExempt(error: unknown, socket: unknown): boolean {
  const isTimeout = error instanceof Error && 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!isTimeout || typeof socket !== 'object' || socket === null) return false;
  // One that is complete is not what the timeout is about.
  return exempt.get(socket)?.complete === false;
}

/** The server that accepted a connection. Over HTTP/2 there is none, and no such timeout either. */
function serverOf(socket: Socket): Emitting | undefined {
  const server: unknown = 'server' in socket ? socket.server : undefined;
  return typeof server === 'object' && server !== null && 'emit' in server && typeof server.emit === 'function'
    ? (server as Emitting)
    : undefined;
}
