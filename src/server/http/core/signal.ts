/** Lets a loop wait for any of several events, without missing those that happen while it is busy. */
export class Signal {
  #isRaised = false;
  #resolve: (() => void) | undefined;

  /** Raises the signal. Bound, to be passed as a listener. */
  readonly raise = (): void => {
    this.#isRaised = true;
    this.#resolve?.();
  };

  /** Resolves when the signal was raised since the last wait, at once if it was already. */
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
