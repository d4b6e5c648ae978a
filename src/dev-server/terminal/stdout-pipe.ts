import type { Writable } from 'node:stream';
import { codeOf } from '../util/errors.ts';

/** Stdout or stderr of this process. When its reader goes away, further output is dropped. */
export class StdoutPipe {
  readonly #stream: Writable;
  readonly #onClosed: () => void;
  #isClosed = false;

  /** `onClosed` is called once, when the reader has gone away. */
  constructor(stream: Writable, onClosed: () => void = () => {}) {
    this.#stream = stream;
    this.#onClosed = onClosed;
    stream.on('error', (error) => {
      if (codeOf(error) !== 'EPIPE' && codeOf(error) !== 'EIO') throw error;
      this.#close();
    });
  }

  /** Resolves when more can be written. */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      if (this.#stream.write(chunk, () => resolve())) resolve();
    });
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
  }
}
