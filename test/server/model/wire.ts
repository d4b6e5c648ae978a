import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

/**
 * One end of a connection without a network: what the server writes is taken when the test says so, chunk by chunk, as
 * by a socket whose other end reads slowly or not at all.
 */
export class Wire extends Duplex {
  readonly #receive: (bytes: Buffer) => void;
  #held: { readonly bytes: Buffer; readonly done: () => void } | undefined;
  #flowing = true;

  constructor(receive: (bytes: Buffer) => void) {
    super();
    this.#receive = receive;
  }

  /** Whether everything is taken at once. */
  set flowing(flowing: boolean) {
    this.#flowing = flowing;
    while (flowing && this.takeOne());
  }

  /** Takes one chunk that waits; false when there is none. */
  takeOne(): boolean {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return false;
    this.#receive(held.bytes);
    held.done();
    return true;
  }

  override _read(): void {
    // What is said is pushed.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    if (this.#flowing) {
      this.#receive(bytes);
      done();
    } else this.#held = { bytes, done };
  }
}

/** A request to open a WebSocket, as a server is given it. */
export function upgradeRequest(): IncomingMessage {
  const headers = {
    host: 'localhost',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const request: Pick<IncomingMessage, 'method' | 'url' | 'headers'> = { method: 'GET', url: '/log-stream', headers };
  return request as IncomingMessage;
}

/** A text message as a client sends it, masked with zeros (RFC 6455, section 5.2). */
export function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
}

/** Reads what a server sends: the answer to the handshake, then frames. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0);
  #greeted = false;

  /** The text messages that are whole now; control frames are passed over. */
  read(bytes: Buffer): string[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (!this.#greeted) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end === -1) return [];
      const head = this.#bytes.toString('latin1', 0, end);
      if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`The server did not open the socket: ${head}`);
      this.#greeted = true;
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    const texts: string[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) if (frame.opcode === 1) texts.push(frame.text);
    return texts;
  }

  #next(): { readonly opcode: number; readonly text: string } | undefined {
    const [first = 0, second = 0] = this.#bytes;
    if (this.#bytes.length < 2) return undefined;
    const extra = second < 126 ? 0 : second === 126 ? 2 : 8;
    const start = 2 + extra;
    if (this.#bytes.length < start) return undefined;
    const length = extra === 0 ? second : extra === 2 ? this.#bytes.readUInt16BE(2) : Number(this.#bytes.readBigUInt64BE(2));
    if (this.#bytes.length < start + length) return undefined;
    const text = this.#bytes.toString('utf8', start, start + length);
    this.#bytes = this.#bytes.subarray(start + length);
    return { opcode: first & 0x0f, text };
  }
}
