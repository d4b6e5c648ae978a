import type { Writable } from 'node:stream';
import { codeOf } from '../util/errors.ts';

/** A terminal or pipe of this process. Whoever reads it may go away: what is written then is dropped. */
export class StdoutPipe {
  readonly #stream: Writable;
  readonly #onGone: () => void;
  #gone = false;

  /** `onGone` is called once when nobody reads any more. */
  constructor(stream: Writable, onGone: () => void = () => {}) {
    this.#stream = stream;
    this.#onGone = onGone;
    stream.on('error', (error) => {
      if (codeOf(error) !== 'EPIPE' && codeOf(error) !== 'EIO') throw error;
      this.#leave();
    });
  }

  /** Resolves when more can be taken. */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.#gone) return;
    await new Promise<void>((resolve) => {
      if (this.#stream.write(chunk, () => resolve())) resolve();
    });
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#onGone();
  }
}
