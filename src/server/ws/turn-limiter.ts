/**
 * Lets a limited number of callers pass in one turn of the event loop, so that a burst of work does not delay everything
 * else. The others pass in later turns, in order. The callers bound how many wait.
 */
export class TurnLimiter {
  readonly #perTurn: number;
  #passed = 0;
  #waiting: (() => void)[] = [];
  /** Whether the end of the current turn is scheduled. */
  #isTurnStarted = false;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Resolves when the caller may proceed, often at once. */
  async pass(): Promise<void> {
    if (!this.#isTurnStarted) this.#startTurn();
    if (this.#passed === this.#perTurn) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#passed += 1;
  }

  #startTurn(): void {
    this.#isTurnStarted = true;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#passed = next.length;
    if (next.length === 0) this.#isTurnStarted = false;
    else this.#startTurn();
    for (const pass of next) pass();
  }
}
