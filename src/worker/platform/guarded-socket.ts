import { attempt } from './attempt.ts';

/** The part of a close event that is believed. */
export class SocketClose extends Event {
  readonly code: number;
  /** The platform has no socket that could be tried again. */
  readonly impossible: boolean;

  constructor(code: number, impossible = false) {
    super('close');
    this.code = code;
    this.impossible = impossible;
  }
}

/**
 * A socket of the platform, whatever that is: where it is missing, throws, or is no socket, this one fails instead. A content
 * security policy or the scheme of the page may not let one come into being either.
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
    // At first nobody listens yet.
    queueMicrotask(() => {
      this.dispatchEvent(new Event('error'));
      this.dispatchEvent(new SocketClose(1006, true));
    });
  }
}
