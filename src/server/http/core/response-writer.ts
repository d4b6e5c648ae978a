import { pipeline, type Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { isOpen, type Exchange } from './exchange.ts';
import { GZIP_LEVEL } from './respond.ts';
import { Signal } from './signal.ts';

/** Writes an answer as fast as its reader reads: `write` waits until there is room, so that nothing queues up. */
export class ResponseWriter {
  readonly #exchange: Exchange;
  readonly #target: Writable;
  readonly #signal = new Signal();

  /** The head of the answer must be written already, with the content encoding if `gzip`. */
  constructor(exchange: Exchange, gzip = false) {
    const { context, req, res } = exchange;
    this.#exchange = exchange;
    const compressor = gzip ? createGzip({ level: GZIP_LEVEL }) : undefined;
    // If either of the two breaks off, so does the other.
    if (compressor !== undefined) pipeline(compressor, res, () => undefined);
    this.#target = compressor ?? res;
    this.#target.on('drain', this.#signal.raise);
    req.socket.on('close', this.#onClose);
    context.closing.addEventListener('abort', this.#signal.raise);
  }

  /** Whether the reader is still connected. */
  get isOpen(): boolean {
    return isOpen(this.#exchange);
  }

  /** Whether the reader has not read all that was written. */
  get isBlocked(): boolean {
    return this.#target.writableNeedDrain;
  }

  /** Resolves when there is room for more, when the reader has disconnected, or when the server closes. */
  async write(...pieces: readonly (string | Uint8Array)[]): Promise<void> {
    if (!this.isOpen) return;
    // Not corked: a response of Node 22 then forgets that its reader is slow. Node itself joins the writes of one turn.
    for (const piece of pieces) this.#target.write(piece);
    while (this.isBlocked && this.isOpen && !this.isClosing) await this.#signal.wait();
  }

  /** Whether the server is closing: streamed answers end now. */
  get isClosing(): boolean {
    return this.#exchange.context.closing.aborted;
  }

  /** Completes the answer. */
  end(): void {
    this.#release();
    this.#target.end();
  }

  /** Breaks the answer off after what was written, so that the reader sees that it is incomplete. */
  destroy(): void {
    this.#release();
    const { res } = this.#exchange;
    // Node joins what is written in one turn, and sends it at the end of that.
    process.nextTick(() => res.destroy());
  }

  readonly #onClose = (): void => {
    this.#release();
    this.#signal.raise();
  };

  #release(): void {
    const { context, req } = this.#exchange;
    this.#target.off('drain', this.#signal.raise);
    req.socket.off('close', this.#onClose);
    context.closing.removeEventListener('abort', this.#signal.raise);
  }
}
