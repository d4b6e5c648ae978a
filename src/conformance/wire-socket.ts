import WebSocket, { type RawData } from 'ws';
import { Watch } from './watch.ts';

/** Frames that wait to be looked at hold at most so many characters: a server that sends more has lost its mind. */
const MOST = 64 * 1_024 * 1_024;
/** How often a socket that reads nothing says that it lives (RFC 6455, 5.5.3: a pong nobody asked for), ms. */
const SIGN_INTERVAL = 100;

/** A frame of the server: a JSON object, not checked further. */
export type WireFrame = Readonly<Record<string, unknown>>;

export interface SocketOptions {
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** ms that the handshake may take. */
  readonly within: number;
}

/** A viewer's WebSocket: what comes is kept in order until it is taken. */
export class WireSocket {
  readonly #webSocket: WebSocket;
  readonly #watch = new Watch();
  #frames: WireFrame[] = [];
  #size = 0;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  #code: number | undefined;
  #trouble = '';
  #stalledAt = 0;
  #stalledFor = 0;
  #signs: ReturnType<typeof setInterval> | undefined;

  constructor(url: URL, { protocols, headers, within }: SocketOptions) {
    this.#webSocket = new WebSocket(url, [...protocols], { headers, handshakeTimeout: within, maxPayload: MOST });
    this.#webSocket.on('open', () => this.#become('open'));
    this.#webSocket.on('message', (data, isBinary) => this.#take(data, isBinary));
    this.#webSocket.on('unexpected-response', (request, response) => {
      this.#trouble = `an answer ${response.statusCode}`;
      request.destroy();
      this.#become('closed');
    });
    this.#webSocket.on('error', (error) => {
      this.#trouble ||= error.message;
    });
    this.#webSocket.on('close', (code) => {
      clearInterval(this.#signs);
      this.#code ??= code;
      this.#become('closed');
    });
  }

  get protocol(): string {
    return this.#webSocket.protocol;
  }

  get extensions(): string {
    return this.#webSocket.extensions;
  }

  /** The close code, once the server closed. */
  get code(): number | undefined {
    return this.#code;
  }

  /** What went wrong, or what the server sent that is no frame. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Resolves to whether the handshake came to an open socket. */
  async opened(within: number): Promise<boolean> {
    const settled = await this.#watch.until(() => (this.#state === 'connecting' ? undefined : this.#state), within);
    // It may have been closed right behind the handshake.
    return settled === 'open' || (settled === 'closed' && this.#frames.length > 0);
  }

  send(message: string | Buffer): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.send(message);
  }

  /** Reads nothing more, as a slow viewer does that is alive all the same: not one that is dead. */
  pause(): void {
    this.#stalledAt = Date.now();
    this.#webSocket.pause();
    this.#signs = setInterval(() => {
      if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.pong();
    }, SIGN_INTERVAL);
  }

  resume(): void {
    clearInterval(this.#signs);
    this.#stalledFor = Date.now() - this.#stalledAt;
    this.#webSocket.resume();
  }

  /** How long it was paused the last time, ms. */
  get stalledFor(): number {
    return this.#stalledFor;
  }

  terminate(): void {
    clearInterval(this.#signs);
    this.#webSocket.terminate();
  }

  /** Takes the next frame that `wants`; those before it are dropped. Undefined when none came in time, or the socket was closed before. */
  async next(wants: (frame: WireFrame) => boolean, within: number): Promise<WireFrame | undefined> {
    const found = await this.#watch.until(() => {
      for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) if (wants(frame)) return frame;
      this.#size = 0;
      return this.#state === 'closed' ? 'closed' : undefined;
    }, within);
    return found === 'closed' ? undefined : found;
  }

  /** Resolves to whether it was closed in time. */
  async closed(within: number): Promise<boolean> {
    return (await this.#watch.until(() => (this.#state === 'closed' ? true : undefined), within)) === true;
  }

  #become(state: 'open' | 'closed'): void {
    this.#state = state;
    this.#watch.notify();
  }

  #take(data: RawData, isBinary: boolean): void {
    const text = Buffer.isBuffer(data) ? data.toString() : '';
    const frame = isBinary ? undefined : parse(text);
    this.#size += text.length;
    if (frame === undefined || this.#size > MOST) {
      this.#trouble = frame === undefined ? `a message that is no JSON object: ${text.slice(0, 200)}` : 'more than anybody can hold';
      this.#webSocket.terminate();
      return;
    }
    this.#frames.push(frame);
    this.#watch.notify();
  }
}

function parse(text: string): WireFrame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireFrame) : undefined;
  } catch {
    return undefined;
  }
}
