/** Calls a function at once, then at most once per interval (ms), however often it is requested. The last request is never lost. */
export class Throttle {
  readonly #run: () => void;
  readonly #interval: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRequested = false;

  constructor(run: () => void, interval: number) {
    this.#run = run;
    this.#interval = interval;
  }

  request(): void {
    if (this.#timer !== undefined) {
      this.#isRequested = true;
      return;
    }
    this.#run();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isRequested) return;
      this.#isRequested = false;
      this.request();
    }, this.#interval);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isRequested = false;
  }
}
