import type { Range } from '../../../worker/api.ts';
import { whenIdle, type Idle } from '../../util/idle.ts';

/** A log of up to this many lines is in the document as a whole, so that the browser's own find, print and select-all work. */
export const SMALL_LOG = 2_000;
/** Unless its lines are so rich that this many nodes do not suffice. */
const MAX_NODES = 24_000;
/** Lines that are added at a time on either side, so that no frame waits for them. */
const STEP = 192;
/** A log that did not grow for this long is calm, ms: before, following comes first. */
const QUIET_FOR = 400;

export interface LogSize {
  /** First and last line there is. */
  readonly first: number;
  readonly last: number;
  /** Nodes a row had lately, on average. */
  readonly nodesPerRow: number;
  /** Whether huge lines are shown as a whole. */
  readonly hasHugeLines: boolean;
}

export interface FullRenderInput extends LogSize {
  /** Lines in the document now, and whether all of them are held. */
  readonly window: Range;
  readonly isHeld: boolean;
  /** ms, of any clock that goes forward. */
  readonly now: number;
}

/**
 * Which lines to have in the document beyond those that are looked at: all of a small log, a step at a time when there
 * is nothing else to do.
 */
export class FullRender {
  readonly #isBusy: () => boolean;
  readonly #onDue: () => void;
  #range: Range | undefined;
  #decided: Range | undefined;
  #last = 0;
  #grewAt = Number.NEGATIVE_INFINITY;
  #idle: Idle | undefined;
  #isDue = false;

  /**
   * `busy` says whether something is selected, focused or pressed, which moving its row would take away; `onDue` hears
   * that there is something to decide or to add.
   */
  constructor(busy: () => boolean, onDue: () => void) {
    this.#isBusy = busy;
    this.#onDue = onDue;
  }

  /** The lines of a log to have in the document at least; undefined for none beyond the window. */
  rangeOf(log: LogSize): Range | undefined {
    if (!isSmall(log)) this.reset();
    // Since it was decided a row may have been pressed.
    else if (this.#decided !== undefined && !this.#isBusy()) this.#range = this.#decided;
    this.#decided = undefined;
    return this.#range;
  }

  /** Decides what to add, after each commit. */
  plan(input: FullRenderInput): void {
    const { first, last, window, isHeld, now } = input;
    if (last !== this.#last) this.#grewAt = now;
    this.#last = last;
    if (!isSmall(input)) return;
    if (window.from <= first && window.to >= last) {
      if (this.#range !== undefined) this.#range = { from: 1, to: Infinity };
      return;
    }
    if (!isHeld || this.#isBusy()) return;
    const calm = now - this.#grewAt >= QUIET_FOR;
    if (this.#isDue && calm) {
      this.#isDue = false;
      this.#decided = { from: window.from - STEP, to: window.to + STEP };
      this.#onDue();
      return;
    }
    const begun = this.#range !== undefined && calm;
    this.#idle ??= whenIdle(
      () => {
        this.#idle = undefined;
        this.#isDue = true;
        this.#onDue();
      },
      begun ? 0 : QUIET_FOR,
    );
  }

  reset(): void {
    this.#range = this.#decided = undefined;
    this.#isDue = false;
    this.#idle?.cancel();
    this.#idle = undefined;
  }
}

function isSmall({ first, last, nodesPerRow, hasHugeLines }: LogSize): boolean {
  const count = last - first + 1;
  return !hasHugeLines && count <= SMALL_LOG && count * nodesPerRow <= MAX_NODES;
}
