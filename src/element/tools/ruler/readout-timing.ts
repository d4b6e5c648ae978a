/** Screens a second above which a reader needs to be told where they are. */
const FAST = 2;
/** How long the readout stays after the last fast movement, ms. */
const STAY = 800;

/**
 * Decides when the position readout is shown: while the log is scrolled faster than it can be read. Has no clock of its own: `now`
 * is in ms.
 */
export class ReadoutTiming {
  #line: number | undefined;
  #at = 0;
  #shownUntil = Number.NEGATIVE_INFINITY;

  /** The first line on screen is `line` of `capacity` lines on screen. */
  moved(line: number, capacity: number, now: number): void {
    const before = this.#line;
    const seconds = Math.max(1, now - this.#at) / 1_000;
    this.#line = line;
    this.#at = now;
    if (before === undefined) return;
    if (Math.abs(line - before) / Math.max(1, capacity) / seconds > FAST) this.show(now);
  }

  /** Shows it whatever the speed. */
  show(now: number): void {
    this.#shownUntil = now + STAY;
  }

  /** How long it is still shown, ms; 0 if it is not. */
  remaining(now: number): number {
    return Math.max(0, this.#shownUntil - now);
  }
}
