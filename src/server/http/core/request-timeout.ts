import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** The emitting side of an `http.Server`. */
interface Emitting {
  emit(event: string, ...args: unknown[]): boolean;
}

/** The exempt request of each connection. A later request on the same connection is not exempt. */
const exempt = new WeakMap<object, IncomingMessage>();
const intercepted = new WeakSet<object>();

/**
 * Exempts this request from the server's `requestTimeout`, which applies to all others as before.
 *
 * Node has one timeout for all requests of a server. When a request exceeds it, Node emits `clientError` with
 * ERR_HTTP_REQUEST_TIMEOUT, once, and a listener decides what happens to the connection. But a listener replaces Node's
 * handling of every other client error too, so the event is suppressed before listeners see it instead.
 */
export function exemptFromRequestTimeout(req: IncomingMessage): void {
  const server = serverOf(req.socket);
  if (server === undefined) return;
  interceptTimeouts(server);
  exempt.set(req.socket, req);
}

function interceptTimeouts(server: Emitting): void {
  if (intercepted.has(server)) return;
  intercepted.add(server);
  const emit = server.emit.bind(server);
  server.emit = (event, ...args) => (event === 'clientError' && isExempt(args[0], args[1])) || emit(event, ...args);
}

function isExempt(error: unknown, socket: unknown): boolean {
  const isTimeout = error instanceof Error && 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!isTimeout || typeof socket !== 'object' || socket === null) return false;
  // A request that was received completely cannot time out.
  return exempt.get(socket)?.complete === false;
}

/** The server that accepted a connection. HTTP/2 has none here, and no such timeout either. */
function serverOf(socket: Socket): Emitting | undefined {
  const server: unknown = 'server' in socket ? socket.server : undefined;
  return typeof server === 'object' && server !== null && 'emit' in server && typeof server.emit === 'function'
    ? (server as Emitting)
    : undefined;
}
