import { pipeline, type Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { isOpen, type Exchange } from './exchange.ts';
import { GZIP_LEVEL } from './respond.ts';
import { Signal } from './signal.ts';

/** Writes an answer at the pace of its reader: what the reader does not take is not asked for, so nothing queues up. */
export class ResponseWriter {
  readonly #exchange: Exchange;
  readonly #target: Writable;
  readonly #wake = new Signal();

  /** The head of the answer must be written; with `gzip` it has said so. */
  constructor(exchange: Exchange, gzip = false) {
    const { context, req, res } = exchange;
    this.#exchange = exchange;
    const compressor = gzip ? createGzip({ level: GZIP_LEVEL }) : undefined;
    // Whichever of the two breaks off takes the other with it.
    if (compressor !== undefined) pipeline(compressor, res, () => undefined);
    this.#target = compressor ?? res;
    this.#target.on('drain', this.#wake.raise);
    req.socket.on('close', this.#gone);
    context.closing.addEventListener('abort', this.#wake.raise);
  }

  /** Whether somebody still reads. */
  get isOpen(): boolean {
    return isOpen(this.#exchange);
  }

  /** Whether more was written than the reader took. */
  get isBlocked(): boolean {
    return this.#target.writableNeedDrain;
  }

  /** Resolves when there is room for the next piece, when nobody reads any more, or when the server closes. */
  async write(...pieces: readonly (string | Uint8Array)[]): Promise<void> {
    if (!this.isOpen) return;
    this.#target.cork();
    for (const piece of pieces) this.#target.write(piece);
    this.#target.uncork();
    while (this.isBlocked && this.isOpen && !this.isClosing) await this.#wake.wait();
  }

  /** Whether the server closes: long answers break off now. */
  get isClosing(): boolean {
    return this.#exchange.context.closing.aborted;
  }

  /** The answer is complete. */
  end(): void {
    this.#release();
    this.#target.end();
  }

  /** The answer is not complete and never will be: the reader sees that it was broken off. */
  destroy(): void {
    this.#release();
    this.#exchange.res.destroy();
  }

  readonly #gone = (): void => {
    this.#release();
    this.#wake.raise();
  };

  #release(): void {
    const { context, req } = this.#exchange;
    this.#target.off('drain', this.#wake.raise);
    req.socket.off('close', this.#gone);
    context.closing.removeEventListener('abort', this.#wake.raise);
  }
}
