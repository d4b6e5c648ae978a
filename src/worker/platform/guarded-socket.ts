import { attempt } from './attempt.ts';

/** The trusted part of a close event. */
export class SocketClose extends Event {
  readonly code: number;
  /** The platform has no sockets: trying again does not help. */
  readonly unsupported: boolean;

  constructor(code: number, unsupported = false) {
    super('close');
    this.code = code;
    this.unsupported = unsupported;
  }
}

/**
 * Wraps a socket of the platform. Where there is none, or its constructor throws (a content security policy or the scheme
 * of the page may forbid it), this one fails instead.
 */
export class GuardedSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  binaryType = 'blob';
  #socket: WebSocket | undefined;

  constructor(make: () => WebSocket) {
    super();
    try {
      const socket = make();
      socket.addEventListener('open', () => this.dispatchEvent(new Event('open')));
      socket.addEventListener('message', ({ data }) => {
        if (this.#socket !== undefined) this.dispatchEvent(new MessageEvent('message', { data: data as unknown }));
      });
      socket.addEventListener('error', () => this.dispatchEvent(new Event('error')));
      socket.addEventListener('close', (event) => {
        if (this.#socket === undefined) return;
        const code = (event as { readonly code?: unknown }).code;
        this.dispatchEvent(new SocketClose(typeof code === 'number' ? code : 1006));
      });
      this.#socket = socket;
    } catch {
      this.#fail();
    }
  }

  get readyState(): number {
    const socket = this.#socket;
    return socket === undefined ? GuardedSocket.CLOSED : attempt(() => socket.readyState, GuardedSocket.CLOSED);
  }

  send(text: string): void {
    try {
      this.#socket?.send(text);
    } catch {
      this.#fail();
    }
  }

  close(code?: number, reason?: string): void {
    attempt(() => this.#socket?.close(code, reason));
  }

  #fail(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    attempt(() => socket?.close());
    // Listeners are added after construction.
    queueMicrotask(() => {
      this.dispatchEvent(new Event('error'));
      this.dispatchEvent(new SocketClose(1006, true));
    });
  }
}
