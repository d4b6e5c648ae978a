/**
 * Lets so many through in one turn of the event loop, so that much that comes at once does not keep everybody else waiting. The others
 * go on in later turns, in the order in which they came. How many may wait is for the callers to bound.
 */
export class TurnLimiter {
  readonly #perTurn: number;
  #passed = 0;
  #waiting: (() => void)[] = [];
  /** Whether the end of this turn is waited for. */
  #isCounting = false;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Resolves when the caller may go on, often at once. */
  async pass(): Promise<void> {
    if (!this.#isCounting) this.#startTurn();
    if (this.#passed === this.#perTurn) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#passed += 1;
  }

  #startTurn(): void {
    this.#isCounting = true;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#passed = next.length;
    if (next.length === 0) this.#isCounting = false;
    else this.#startTurn();
    for (const go of next) go();
  }
}
