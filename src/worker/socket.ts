import ReconnectingWebSocket from 'reconnecting-websocket';
import { SUBPROTOCOL } from '../protocol/limits.ts';

export interface SocketListener {
  opened(generation: number): void;
  frame(generation: number, text: string): void;
  closed(generation: number, code: number): void;
}

/**
 * The socket of a session. Which moment it is opened at, and when it counts as dead, is decided elsewhere: `connect`
 * admits one attempt, `abandon` is done with whatever there is.
 */
export class Socket {
  readonly #url: string;
  readonly #WebSocket: typeof WebSocket;
  readonly #listener: SocketListener;
  #lifetime: Lifetime | undefined;

  constructor(url: string, WebSocketClass: typeof WebSocket, listener: SocketListener) {
    this.#url = url;
    this.#WebSocket = WebSocketClass;
    this.#listener = listener;
  }

  connect(generation: number): void {
    this.#lifetime ??= new Lifetime(this.#url, this.#WebSocket, this.#listener);
    this.#lifetime.admit(generation);
  }

  send(text: string): void {
    this.#lifetime?.send(text);
  }

  abandon(): void {
    this.#lifetime?.end();
    this.#lifetime = undefined;
  }
}

/**
 * One instance of reconnecting-websocket, with guards against what it does wrong. It is never closed to be reconnected,
 * since that leaves it dead: whoever is done with it drops it.
 */
class Lifetime {
  readonly #url: string;
  readonly #listener: SocketListener;
  readonly #socket: ReconnectingWebSocket;
  #generation = 0;
  /** An attempt was admitted that nobody asked for yet. */
  #admitted = false;
  /** Somebody asked for an attempt that was not admitted yet. */
  #waiting: ((url: string) => void) | undefined;
  #over = false;

  constructor(url: string, WebSocketClass: typeof WebSocket, listener: SocketListener) {
    this.#url = url;
    this.#listener = listener;
    // All pacing is in the URL provider, which is asked before every attempt and never rejects: the library's own delays have no
    // jitter, and a provider that rejects leaves it dead for ever.
    this.#socket = new ReconnectingWebSocket(() => this.#admission(), SUBPROTOCOL, {
      WebSocket: recording(WebSocketClass, (socket) => this.#record(socket)),
      minReconnectionDelay: 1,
      maxReconnectionDelay: 1,
      reconnectionDelayGrowFactor: 1,
      maxRetries: Infinity,
      // It would send what is queued before anybody knows that the socket is open, and queue without bound.
      maxEnqueuedMessages: 0,
      // Longer than any handshake is waited for: it covers nothing else, and there is one deadline for all silence.
      connectionTimeout: 120_000,
    });
    this.#socket.addEventListener('open', () => {
      if (!this.#over) this.#listener.opened(this.#generation);
    });
    this.#socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
      if (!this.#over && typeof data === 'string') this.#listener.frame(this.#generation, data);
    });
  }

  admit(generation: number): void {
    this.#generation = generation;
    if (this.#waiting === undefined) this.#admitted = true;
    else this.#waiting(this.#url);
    this.#waiting = undefined;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  end(): void {
    this.#over = true;
    this.#socket.close();
    // Lets the library see that it was closed, instead of waiting for an answer for ever.
    this.#waiting?.(this.#url);
    this.#waiting = undefined;
  }

  #admission(): Promise<string> {
    if (this.#admitted || this.#over) {
      this.#admitted = false;
      return Promise.resolve(this.#url);
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The library reports an abnormal close as 1000; the socket itself knows better. */
  #record(socket: EventTarget): void {
    const generation = this.#generation;
    socket.addEventListener('close', (event) => {
      const code = 'code' in event && typeof event.code === 'number' ? event.code : 1006;
      if (!this.#over) this.#listener.closed(generation, code);
    });
    // The library takes its own listener off before it closes a socket that is still connecting; in Node the error of that would be thrown.
    socket.addEventListener('error', () => undefined);
  }
}

/** A WebSocket class that shows every socket it makes, and makes one that fails where the platform would throw. */
function recording(WebSocketClass: typeof WebSocket, record: (socket: EventTarget) => void): typeof WebSocket {
  return new Proxy(WebSocketClass, {
    construct(target, [url, protocols]: [string, string]) {
      let socket: EventTarget;
      try {
        socket = new target(url, protocols);
      } catch {
        socket = new FailedSocket();
      }
      record(socket);
      return socket;
    },
  });
}

/** Stands for a socket that a content security policy, or the scheme of the page, did not let come into being. */
class FailedSocket extends EventTarget {
  readonly readyState = 3;
  binaryType = 'blob';

  constructor() {
    super();
    queueMicrotask(() => {
      this.dispatchEvent(new Event('error'));
      this.dispatchEvent(new Event('close'));
    });
  }

  close(): void {
    // It never was open.
  }
}
