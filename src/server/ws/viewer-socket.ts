import { WebSocket } from 'ws';

/** Hears of what comes over a socket. */
export interface SocketListener {
  /** A message came; undefined for one that is no text. */
  receive(text: string | undefined): void;
  /** A sign of life came. */
  heard(): void;
  /** The socket is closed; `code` as the other end said it, 1006 when it said nothing. */
  closed(code: number): void;
}

/** A WebSocket that knows who listens: the functions are shared by all sockets then, of which there may be very many. */
export class ViewerSocket extends WebSocket {
  listener: SocketListener | undefined;
}

/** Tells a listener what comes, from now on. */
export function listen(webSocket: ViewerSocket, listener: SocketListener): void {
  webSocket.listener = listener;
  webSocket.on('message', onMessage);
  webSocket.on('pong', onSign);
  webSocket.on('ping', onSign);
  webSocket.on('error', onError);
  webSocket.on('close', onClose);
}

function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  listenerOf(this)?.receive(isBinary || !Buffer.isBuffer(data) ? undefined : data.toString());
}

function onSign(this: WebSocket): void {
  listenerOf(this)?.heard();
}

/** A close follows; a frame over the limit has been answered with 1009 by then. */
function onError(): void {
  // Without a listener it would end the process.
}

function onClose(this: WebSocket, code: number): void {
  listenerOf(this)?.closed(code);
}

function listenerOf(webSocket: WebSocket): SocketListener | undefined {
  return webSocket instanceof ViewerSocket ? webSocket.listener : undefined;
}
