import type { ReadRange } from '../store.ts';

/** Bounds a page by lines and by bytes of text; it holds at least one line, however long. */
export class PageBound {
  #lines: number;
  #bytes: number;
  #isEmpty = true;

  constructor({ limit, bytes }: Pick<ReadRange, 'limit' | 'bytes'>) {
    this.#lines = limit;
    this.#bytes = bytes;
  }

  /** Whether `lines` more lines with `bytes` UTF-8 bytes of text fit; counts them if so. */
  admit(lines: number, bytes: number): boolean {
    const fits = bytes <= this.#bytes || (this.#isEmpty && lines === 1);
    if (!fits || lines > this.#lines) return false;
    this.#isEmpty = false;
    this.#lines -= lines;
    this.#bytes -= bytes;
    return true;
  }
}
