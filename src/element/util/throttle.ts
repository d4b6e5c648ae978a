/** Calls a function at once, then at most once per interval (ms) however often it is asked to; the last call is never lost. */
export class Throttle {
  readonly #run: () => void;
  readonly #interval: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again = false;

  constructor(run: () => void, interval: number) {
    this.#run = run;
    this.#interval = interval;
  }

  request(): void {
    if (this.#timer !== undefined) {
      this.#again = true;
      return;
    }
    this.#run();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.request();
    }, this.#interval);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#again = false;
  }
}
