import type { LineRecord } from '../../read/line-record.ts';

/** Collects lines for an answer until their text takes too many bytes; at least one fits. */
export class AnswerLines<T extends LineRecord> {
  readonly lines: T[] = [];
  #left: number;

  /** @param bytes UTF-8 bytes of text. */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Adds a line; returns whether it fitted. */
  add(line: T): boolean {
    const bytes = Buffer.byteLength(line.text);
    if (bytes > this.#left && this.lines.length > 0) return false;
    this.#left -= bytes;
    this.lines.push(line);
    return true;
  }
}
