/** Turns between two sends … */
const APART = 1;
/** … and between two of which one had to skip lines: half as many a second. */
const APART_SKIPPING = 2;

/**
 * When a tail subscription may be sent lines. Time is counted in turns (see {@link TurnTimer}): after a pause it is always its
 * turn, and a log that never pauses is sent once in each turn, or in every second one while lines are skipped.
 */
export class TailPace {
  /** The most lines to send at a time. */
  readonly lines: number;
  #sentIn = -APART_SKIPPING;
  #hasSkipped = false;

  constructor(lines: number) {
    this.lines = lines;
  }

  /** Whether lines may be sent in this turn; `skips`: others have to be skipped before. */
  maySend(turn: number, skips: boolean): boolean {
    return turn - this.#sentIn >= (skips || this.#hasSkipped ? APART_SKIPPING : APART);
  }

  sent(turn: number, skipped: boolean): void {
    this.#sentIn = turn;
    this.#hasSkipped = skipped;
  }
}
