/** Time that passes only when the test says so. */
export class ManualClock {
  now = 1_000;
  #timers: { at: number; callback: () => void }[] = [];

  after(delay: number, callback: () => void): () => void {
    const timer = { at: this.now + delay, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.now = Math.max(this.now, next.at);
      next.callback();
    }
    this.now = until;
  }

  get pending(): number[] {
    return this.#timers.map(({ at }) => at - this.now);
  }
}
