/** Lets one loop wait for any of several things to happen, without missing what happens while it is busy. */
export class Signal {
  #isRaised = false;
  #resolve: (() => void) | undefined;

  /** Something happened. Bound, to be passed as a listener. */
  readonly raise = (): void => {
    this.#isRaised = true;
    this.#resolve?.();
  };

  /** Resolves when something has happened since the last time, maybe at once. */
  async wait(): Promise<void> {
    if (!this.#isRaised) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      this.#resolve = undefined;
    }
    this.#isRaised = false;
  }
}
