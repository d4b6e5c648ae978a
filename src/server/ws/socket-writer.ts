import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { encodeServerFrame, type ServerFrame } from '../../protocol/messages.ts';
import { webSocketFrame } from '../live/encoded-lines.ts';

/**
 * The sending side of one socket. Frames are written whole, header included, so that a frame for many viewers is built
 * once. Nothing is queued here: only the socket itself holds unsent bytes, and backpressure is whether it has room.
 */
export class SocketWriter {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #capacity: number;
  readonly #onDrained: () => void;
  #writes = 0;
  #bytes = 0;

  /** `capacity`: unsent bytes above which there is no room. `host.drained` is called whenever the socket has sent something. */
  constructor(webSocket: WebSocket, socket: Duplex, capacity: number, host: { drained(): void }) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#capacity = capacity;
    this.#onDrained = (): void => {
      this.#writes += 1;
      host.drained();
    };
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  /** Whether more may be written now. */
  get hasRoom(): boolean {
    return this.isOpen && this.#socket.writableLength < this.#capacity;
  }

  /** Bytes written that the socket has not sent yet. */
  get pending(): number {
    return this.#socket.writableLength;
  }

  /** Writes that the socket has finished: while this grows, the other end is reading. */
  get writes(): number {
    return this.#writes;
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  send(frame: ServerFrame): void {
    this.write(webSocketFrame(encodeServerFrame(frame)).whole);
  }

  /** Sends a whole WebSocket frame; dropped if the socket is closing. */
  write(frame: Buffer): void {
    if (!this.isOpen) return;
    this.#bytes += frame.length;
    this.#socket.write(frame, this.#onDrained);
  }

  /** Sends the frames written by `work` together, in one packet where they fit. */
  corked(work: () => void): void {
    this.#socket.cork();
    try {
      work();
    } finally {
      this.#socket.uncork();
    }
  }
}
