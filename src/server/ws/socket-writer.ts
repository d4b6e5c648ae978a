import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { encodeServerFrame, type ServerFrame } from '../../protocol/messages.ts';
import { webSocketFrame } from '../live/encoded-lines.ts';

/**
 * The sending side of one socket. Frames are written whole, header included, so that one that goes to many viewers is
 * built once; nothing but what the socket itself has not sent yet is held.
 */
export class SocketWriter {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #capacity: number;
  readonly #onTaken: () => void;
  #writes = 0;
  #bytes = 0;

  /** `capacity`: unsent bytes above which there is no room; `host` is told whenever the socket took something. */
  constructor(webSocket: WebSocket, socket: Duplex, capacity: number, host: { taken(): void }) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#capacity = capacity;
    this.#onTaken = () => {
      this.#writes += 1;
      host.taken();
    };
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  /** Whether the socket should be given more. */
  get hasRoom(): boolean {
    return this.isOpen && this.#socket.writableLength < this.#capacity;
  }

  /** Bytes given to the socket that it has not sent. */
  get pending(): number {
    return this.#socket.writableLength;
  }

  /** Writes that the socket has finished: while this grows, it takes what it is given. */
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

  /** Sends a whole WebSocket frame. One on a socket that closes is dropped. */
  write(frame: Buffer): void {
    if (!this.isOpen) return;
    this.#bytes += frame.length;
    this.#socket.write(frame, this.#onTaken);
  }

  /** What is sent within `work` leaves in one packet where it fits. */
  together(work: () => void): void {
    this.#socket.cork();
    try {
      work();
    } finally {
      this.#socket.uncork();
    }
  }
}
