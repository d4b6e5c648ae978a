/** Counts lines that were never on screen. */
export class UnseenCounter {
  /** Last line seen; undefined before it is known how long the log was when it was opened, of which nothing is new. */
  #line: number | undefined;

  /** The length of the log is known; only the first call counts. */
  start(head: number): void {
    this.#line ??= head;
  }

  /** Lines up to this one were on screen. */
  markSeen(line: number): void {
    if (this.#line !== undefined) this.#line = Math.max(this.#line, line);
  }

  /** Number of lines after the last one seen. */
  countTo(head: number): number {
    return this.#line === undefined ? 0 : Math.max(0, head - this.#line);
  }

  clear(): void {
    this.#line = undefined;
  }
}
