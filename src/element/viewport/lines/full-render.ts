import type { Range } from '../../../worker/api.ts';
import { whenIdle, type Idle } from '../../util/idle.ts';

/** A log of up to this many lines is in the document as a whole, so that the browser's own find, print and select-all work. */
export const SMALL_LOG = 2_000;
/** Unless its rows need more nodes than this. */
const MAX_NODES = 24_000;
/** Lines added at a time on either side, so that no frame takes long. */
const STEP = 192;
/** Lines are added once the log has not grown for this long, ms: before, following comes first. */
const QUIET_FOR = 400;

export interface LogSize {
  /** First and last line of the log. */
  readonly first: number;
  readonly last: number;
  /** Average number of nodes in a row of the frame before. */
  readonly nodesPerRow: number;
  /** Whether huge lines are expanded. */
  readonly hasHugeLines: boolean;
}

export interface FullRenderInput extends LogSize {
  /** Lines in the document. */
  readonly window: Range;
  /** Whether all of those are held. */
  readonly isHeld: boolean;
  /** Of a monotonic clock, ms. */
  readonly now: number;
}

/**
 * Decides which lines to have in the document besides those on screen: all of a small log, added a step at a time when
 * the page is idle.
 */
export class FullRender {
  readonly #isBusy: () => boolean;
  readonly #onDue: () => void;
  #range: Range | undefined;
  #decided: Range | undefined;
  #lastLine = 0;
  #grewAt = Number.NEGATIVE_INFINITY;
  #idle: Idle | undefined;
  #isDue = false;

  /**
   * `isBusy` says whether something is selected, focused or pressed, which moving its row would undo; `onDue` is called
   * when there is something to decide or to add.
   */
  constructor(isBusy: () => boolean, onDue: () => void) {
    this.#isBusy = isBusy;
    this.#onDue = onDue;
  }

  /** The lines to have in the document at least; undefined for none besides the window. */
  rangeOf(log: LogSize): Range | undefined {
    if (!isSmall(log)) this.reset();
    // A row may have been pressed since the decision.
    else if (this.#decided !== undefined && !this.#isBusy()) this.#range = this.#decided;
    this.#decided = undefined;
    return this.#range;
  }

  /** Decides what to add; call after each frame. */
  plan(input: FullRenderInput): void {
    const { first, last, window, isHeld, now } = input;
    if (last !== this.#lastLine) this.#grewAt = now;
    this.#lastLine = last;
    if (!isSmall(input)) return;
    if (window.from <= first && window.to >= last) {
      if (this.#range !== undefined) this.#range = { from: 1, to: Infinity };
      return;
    }
    if (!isHeld || this.#isBusy()) return;
    const isQuiet = now - this.#grewAt >= QUIET_FOR;
    if (this.#isDue && isQuiet) {
      this.#isDue = false;
      this.#decided = { from: window.from - STEP, to: window.to + STEP };
      this.#onDue();
      return;
    }
    const isGrowing = this.#range !== undefined && isQuiet;
    this.#idle ??= whenIdle(
      () => {
        this.#idle = undefined;
        this.#isDue = true;
        this.#onDue();
      },
      isGrowing ? 0 : QUIET_FOR,
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
