/** Up to which line the reader has seen the log: what came later is new to him. */
export class UnseenCounter {
  /** Undefined before it is known how long the log was when it was opened: nothing of that is new. */
  #line: number | undefined;

  /** It is known how long the log is. */
  start(head: number): void {
    this.#line ??= head;
  }

  /** Lines up to this one were on screen. */
  markSeen(line: number): void {
    if (this.#line !== undefined) this.#line = Math.max(this.#line, line);
  }

  /** Lines behind those that were seen. */
  countTo(head: number): number {
    return this.#line === undefined ? 0 : Math.max(0, head - this.#line);
  }

  clear(): void {
    this.#line = undefined;
  }
}
