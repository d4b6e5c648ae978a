import ReconnectingWebSocket from 'reconnecting-websocket';
import { LIMITS, SUBPROTOCOL } from '../../protocol/limits.ts';
import { GuardedSocket, SocketClose } from './guarded-socket.ts';

export interface SocketListener {
  opened(generation: number): void;
  frame(generation: number, text: string): void;
  /** `unsupported`: the platform has no sockets. */
  closed(generation: number, code: number, unsupported: boolean): void;
}

/**
 * The socket of a session. The session decides when it opens and when it counts as dead: `connect` admits one attempt,
 * `abandon` drops whatever there is.
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
 * One instance of reconnecting-websocket, with guards against its faults. It is never closed and reconnected, since that
 * leaves it dead: a new instance takes its place.
 */
class Lifetime {
  readonly #url: string;
  readonly #listener: SocketListener;
  readonly #socket: ReconnectingWebSocket;
  #generation = 0;
  /** An attempt was admitted that the library has not asked for yet. */
  #admitted = false;
  /** Resolves an attempt that the library asked for and that is not admitted yet. */
  #waiting: ((url: string) => void) | undefined;
  #isEnded = false;

  constructor(url: string, WebSocketClass: typeof WebSocket | undefined, listener: SocketListener) {
    this.#url = url;
    this.#listener = listener;
    // All pacing is in the URL provider, which the library calls before every attempt. It never rejects: that would leave the
    // library dead forever. The library's own delays have no jitter.
    this.#socket = new ReconnectingWebSocket(() => this.#admission(), SUBPROTOCOL, {
      WebSocket: recording(WebSocketClass, (socket) => this.#record(socket)),
      minReconnectionDelay: 1,
      maxReconnectionDelay: 1,
      reconnectionDelayGrowFactor: 1,
      maxRetries: Infinity,
      // The library would send its queue before the session knows that the socket is open, and queue without bound.
      maxEnqueuedMessages: 0,
      // Longer than any handshake may take: the session has one deadline for all silence, and this would cover only the handshake.
      connectionTimeout: 120_000,
    });
    this.#socket.addEventListener('open', () => {
      if (!this.#isEnded) this.#listener.opened(this.#generation);
    });
    this.#socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
      if (!this.#isEnded && typeof data === 'string' && data.length <= LIMITS.answerLength) this.#listener.frame(this.#generation, data);
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
    this.#isEnded = true;
    this.#socket.close();
    // Lets the library notice that it was closed, instead of waiting forever.
    this.#waiting?.(this.#url);
    this.#waiting = undefined;
  }

  #admission(): Promise<string> {
    if (this.#admitted || this.#isEnded) {
      this.#admitted = false;
      return Promise.resolve(this.#url);
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The library reports an abnormal close as 1000; the socket itself has the right code. */
  #record(socket: GuardedSocket): void {
    const generation = this.#generation;
    socket.addEventListener('close', (event) => {
      if (!this.#isEnded && event instanceof SocketClose) this.#listener.closed(generation, event.code, event.unsupported);
    });
  }
}

/** A WebSocket class that reports every socket it makes. */
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
