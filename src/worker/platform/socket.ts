import ReconnectingWebSocket from 'reconnecting-websocket';
import { LIMITS, SUBPROTOCOL } from '../../protocol/limits.ts';
import { GuardedSocket, SocketClose } from './guarded-socket.ts';

export interface SocketListener {
  opened(generation: number): void;
  frame(generation: number, text: string): void;
  /** `impossible`: there is no socket to be had here, now or later. */
  closed(generation: number, code: number, impossible: boolean): void;
}

/**
 * The socket of a session. Which moment it is opened at, and when it counts as dead, is decided elsewhere: `connect`
 * admits one attempt, `abandon` is done with whatever there is.
 */
export class Socket {
  readonly #url: string;
  readonly #WebSocket: typeof WebSocket | undefined;
  readonly #listener: SocketListener;
  #lifetime: Lifetime | undefined;

  constructor(url: string, WebSocketClass: typeof WebSocket | undefined, listener: SocketListener) {
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

  constructor(url: string, WebSocketClass: typeof WebSocket | undefined, listener: SocketListener) {
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
      if (!this.#over && typeof data === 'string' && data.length <= LIMITS.answerLength) this.#listener.frame(this.#generation, data);
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
  #record(socket: GuardedSocket): void {
    const generation = this.#generation;
    socket.addEventListener('close', (event) => {
      if (!this.#over && event instanceof SocketClose) this.#listener.closed(generation, event.code, event.impossible);
    });
  }
}

/** A WebSocket class that shows every socket it makes. */
function recording(WebSocketClass: typeof WebSocket | undefined, record: (socket: GuardedSocket) => void): typeof GuardedSocket {
  return class extends GuardedSocket {
    constructor(...args: readonly unknown[]) {
      const [url, protocols] = args as [string, string];
      super(() => {
        if (WebSocketClass === undefined) throw new TypeError('There is no WebSocket.');
        return new WebSocketClass(url, protocols);
      });
      record(this);
    }
  };
}
