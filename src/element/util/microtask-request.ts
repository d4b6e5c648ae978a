/** Runs a function in the next microtask; once for any number of requests until then. */
export class MicrotaskRequest {
  readonly #run: () => void;
  #isPending = false;

  constructor(run: () => void) {
    this.#run = run;
  }

  request(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    queueMicrotask(() => this.flush());
  }

  /** Runs it now, if it is requested. */
  flush(): void {
    if (!this.#isPending) return;
    this.#isPending = false;
    this.#run();
  }
}
