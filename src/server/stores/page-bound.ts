import type { ReadRange } from '../store.ts';

/** Counts off what a page may hold: so many lines and so many bytes of text, but at least one line, however long. */
export class PageBound {
  #lines: number;
  #bytes: number;
  #empty = true;

  constructor({ limit, bytes }: Pick<ReadRange, 'limit' | 'bytes'>) {
    this.#lines = limit;
    this.#bytes = bytes;
  }

  /** Whether so many lines, with so many UTF-8 bytes of text together, fit as well. They are counted if so. */
  take(lines: number, bytes: number): boolean {
    const fits = bytes <= this.#bytes || (this.#empty && lines === 1);
    if (!fits || lines > this.#lines) return false;
    this.#empty = false;
    this.#lines -= lines;
    this.#bytes -= bytes;
    return true;
  }
}
