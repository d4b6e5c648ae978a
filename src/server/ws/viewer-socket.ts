import type { WebSocket } from 'ws';
import { wsPackage } from './ws-package.ts';

/** Receives the events of a socket. */
export interface ViewerSocketListener {
  /** A message arrived; undefined for a binary one. */
  receive(text: string | undefined): void;
  /** A ping or pong arrived. */
  heard(): void;
  /** The socket is closed; `code` is the other end's, 1006 if it sent none. */
  closed(code: number): void;
  /** Another method threw: the socket is of no further use, and the exception must not reach the process. */
  failed(error: unknown): void;
}

/** A WebSocket that holds its listener, so that all sockets share the handler functions: there may be very many sockets. */
export class ViewerSocket extends wsPackage.WebSocket {
  listener: ViewerSocketListener | undefined;
}

/** Passes the events of a socket to a listener from now on. */
export function listen(webSocket: ViewerSocket, listener: ViewerSocketListener): void {
  webSocket.listener = listener;
  webSocket.on('message', onMessage);
  webSocket.on('pong', onSign);
  webSocket.on('ping', onSign);
  webSocket.on('error', onError);
  webSocket.on('close', onClose);
}

function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  dispatch(this, (listener) => listener.receive(isBinary || !Buffer.isBuffer(data) ? undefined : data.toString()));
}

function onSign(this: WebSocket): void {
  dispatch(this, (listener) => listener.heard());
}

/** A close follows; a frame over the limit was answered with 1009. */
function onError(): void {
  // An error without a listener would end the process.
}

function onClose(this: WebSocket, code: number): void {
  dispatch(this, (listener) => listener.closed(code));
}

function dispatch(webSocket: WebSocket, call: (listener: ViewerSocketListener) => void): void {
  const listener = webSocket instanceof ViewerSocket ? webSocket.listener : undefined;
  if (listener === undefined) return;
  try {
    call(listener);
  } catch (error) {
    listener.failed(error);
  }
}
