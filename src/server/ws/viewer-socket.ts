import { WebSocket } from 'ws';

/** Hears of what comes over a socket. */
export interface ViewerSocketListener {
  /** A message came; undefined for one that is no text. */
  receive(text: string | undefined): void;
  /** A sign of life came. */
  heard(): void;
  /** The socket is closed; `code` as the other end said it, 1006 when it said nothing. */
  closed(code: number): void;
  /** One of the others threw: the socket is of no further use, and nothing may reach the process. */
  failed(error: unknown): void;
}

/** A WebSocket that knows who listens: the functions are shared by all sockets then, of which there may be very many. */
export class ViewerSocket extends WebSocket {
  listener: ViewerSocketListener | undefined;
}

/** Tells a listener what comes, from now on. */
export function listen(webSocket: ViewerSocket, listener: ViewerSocketListener): void {
  webSocket.listener = listener;
  webSocket.on('message', onMessage);
  webSocket.on('pong', onSign);
  webSocket.on('ping', onSign);
  webSocket.on('error', onError);
  webSocket.on('close', onClose);
}

function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  tell(this, (listener) => listener.receive(isBinary || !Buffer.isBuffer(data) ? undefined : data.toString()));
}

function onSign(this: WebSocket): void {
  tell(this, (listener) => listener.heard());
}

/** A close follows; a frame over the limit has been answered with 1009 by then. */
function onError(): void {
  // Without a listener it would end the process.
}

function onClose(this: WebSocket, code: number): void {
  tell(this, (listener) => listener.closed(code));
}

function tell(webSocket: WebSocket, call: (listener: ViewerSocketListener) => void): void {
  const listener = webSocket instanceof ViewerSocket ? webSocket.listener : undefined;
  if (listener === undefined) return;
  try {
    call(listener);
  } catch (error) {
    listener.failed(error);
  }
}
