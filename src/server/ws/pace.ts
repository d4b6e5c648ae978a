/**
 * Lets so many through in one turn of the event loop, so that much that comes at once does not keep everybody else waiting. The others
 * go on in later turns, in the order in which they came. How many may wait is for the callers to bound.
 */
export class Pace {
  readonly #perTurn: number;
  #passed = 0;
  #waiting: (() => void)[] = [];
  #immediate: NodeJS.Immediate | undefined;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Resolves when the caller may go on, often at once. */
  async pass(): Promise<void> {
    this.#immediate ??= setImmediate(() => this.#turn());
    if (this.#passed === this.#perTurn) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#passed += 1;
  }

  #turn(): void {
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#passed = next.length;
    this.#immediate = next.length === 0 ? undefined : setImmediate(() => this.#turn());
    for (const go of next) go();
  }
}
