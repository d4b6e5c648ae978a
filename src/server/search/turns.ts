/** Gives out a number of turns, first come first served. Whoever holds one gives it back by the function it got. */
export class Turns {
  #free: number;
  readonly #waiting: ((giveBack: () => void) => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves when it is this caller's turn. */
  take(): Promise<() => void> {
    const turn = this.takeIfFree();
    if (turn !== undefined) return Promise.resolve(turn);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Undefined if no turn is free. */
  takeIfFree(): (() => void) | undefined {
    if (this.#free === 0) return undefined;
    this.#free -= 1;
    return this.#turn();
  }

  #turn(): () => void {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next(this.#turn());
    };
  }
}
