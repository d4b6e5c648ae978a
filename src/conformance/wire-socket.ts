import WebSocket, { type RawData } from 'ws';
import { Watch } from './watch.ts';

/** The most characters of frames that may wait to be read: no case needs more. */
const MAX_BUFFERED = 64 * 1_024 * 1_024;
/** How often a paused socket sends an unsolicited pong to show that it is alive (RFC 6455, 5.5.3), ms. */
const PONG_INTERVAL = 100;

/** A frame of the server: a JSON object, not checked further. */
export type WireFrame = Readonly<Record<string, unknown>>;

export interface SocketOptions {
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** How long the handshake may take, ms. */
  readonly within: number;
}

/** A viewer's WebSocket: connecting, then open, then closed. Frames are kept in order until they are read. */
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
  #pongs: ReturnType<typeof setInterval> | undefined;

  constructor(url: URL, { protocols, headers, within }: SocketOptions) {
    this.#webSocket = new WebSocket(url, [...protocols], { headers, handshakeTimeout: within, maxPayload: MAX_BUFFERED });
    this.#webSocket.on('open', () => this.#enter('open'));
    this.#webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#webSocket.on('unexpected-response', (request, response) => {
      this.#trouble = `an answer ${response.statusCode}`;
      request.destroy();
      this.#enter('closed');
    });
    this.#webSocket.on('error', (error) => {
      this.#trouble ||= error.message;
    });
    this.#webSocket.on('close', (code) => {
      clearInterval(this.#pongs);
      this.#code ??= code;
      this.#enter('closed');
    });
  }

  get protocol(): string {
    return this.#webSocket.protocol;
  }

  get extensions(): string {
    return this.#webSocket.extensions;
  }

  /** The close code, once it is closed. */
  get code(): number | undefined {
    return this.#code;
  }

  /** What went wrong, e.g. a message that is not a frame. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Resolves to whether the handshake succeeded. */
  async opened(within: number): Promise<boolean> {
    const settled = await this.#watch.until(() => (this.#state === 'connecting' ? undefined : this.#state), within);
    // It may have been closed right after the handshake.
    return settled === 'open' || (settled === 'closed' && this.#frames.length > 0);
  }

  send(message: string | Buffer): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.send(message);
  }

  /** Stops reading, like a slow viewer that is alive. */
  pause(): void {
    this.#stalledAt = Date.now();
    this.#webSocket.pause();
    this.#pongs = setInterval(() => {
      if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.pong();
    }, PONG_INTERVAL);
  }

  resume(): void {
    clearInterval(this.#pongs);
    this.#stalledFor = Date.now() - this.#stalledAt;
    this.#webSocket.resume();
  }

  /** How long the last pause took, ms. */
  get stalledFor(): number {
    return this.#stalledFor;
  }

  terminate(): void {
    clearInterval(this.#pongs);
    this.#webSocket.terminate();
  }

  /** Reads the next frame that `wants` accepts; drops those before it. Undefined if none arrives in time, or the socket closes. */
  async next(wants: (frame: WireFrame) => boolean, within: number): Promise<WireFrame | undefined> {
    const found = await this.#watch.until(() => {
      for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) if (wants(frame)) return frame;
      this.#size = 0;
      return this.#state === 'closed' ? 'closed' : undefined;
    }, within);
    return found === 'closed' ? undefined : found;
  }

  /** Resolves to whether the socket closes in time. */
  async closed(within: number): Promise<boolean> {
    return (await this.#watch.until(() => (this.#state === 'closed' ? true : undefined), within)) === true;
  }

  #enter(state: 'open' | 'closed'): void {
    this.#state = state;
    this.#watch.notify();
  }

  #receive(data: RawData, isBinary: boolean): void {
    const text = Buffer.isBuffer(data) ? data.toString() : '';
    const frame = isBinary ? undefined : parse(text);
    this.#size += text.length;
    if (frame === undefined || this.#size > MAX_BUFFERED) {
      this.#trouble = frame === undefined ? `a message that is not a JSON object: ${text.slice(0, 200)}` : 'too many frames';
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
