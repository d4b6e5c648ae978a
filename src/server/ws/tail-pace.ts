/** Turns between two sends … */
const APART = 1;
/** … and between two of which one had to skip lines: half as many a second. */
const APART_SKIPPING = 2;
/** After so many sends that would not have had to skip in the turn before, it is no longer sent in every second turn only. */
const NEEDLESS = 15;

/**
 * When a tail subscription may be sent lines. Time is counted in turns (see {@link TurnTimer}): after a pause it is always its
 * turn, and a log that never pauses is sent once in each turn, or in every second one while lines are skipped. Two turns bring
 * twice as many lines as one: a log of which one turn's lines need no skipping would be skipped for that alone.
 */
export class TailPace {
  /** The most lines to send at a time. */
  readonly lines: number;
  #sentIn = -APART_SKIPPING;
  #hasSkipped = false;
  /** How often in a row it waited for a second turn although it had no lines to skip in the first, and when it did so last. */
  #needless = 0;
  #needlessIn = -APART_SKIPPING;

  constructor(lines: number) {
    this.lines = lines;
  }

  /** Whether lines may be sent in this turn; `skips`: others have to be skipped before. */
  maySend(turn: number, skips: boolean): boolean {
    const passed = turn - this.#sentIn;
    if (passed >= APART_SKIPPING) return true;
    if (passed < APART) return false;
    if (skips) this.#needless = 0;
    else if (this.#hasSkipped && this.#needlessIn !== turn) {
      this.#needless += 1;
      this.#needlessIn = turn;
    }
    return !skips && (!this.#hasSkipped || this.#needless > NEEDLESS);
  }

  sent(turn: number, skipped: boolean): void {
    // After a pause nothing is known.
    if (turn - this.#sentIn > APART_SKIPPING) this.#needless = 0;
    this.#sentIn = turn;
    this.#hasSkipped = skipped;
  }
}
