import { subtractRanges } from '../../../protocol/ranges.ts';
import type { Range } from '../../../worker/api.ts';

/** How long a line that should come by itself may be missing before it is asked for by number, ms. */
export const PATIENCE = 250;

/**
 * The newest lines of a log that is followed: they come by themselves, or the log has moved on before they could. Tells which
 * of them have been missing for so long that they do not.
 */
export class ArrivingLines {
  /** Missing when it was looked last … */
  #seen: readonly Range[] = [];
  #seenAt = -Infinity;
  /** … and missing since a look before that. */
  #overdue: readonly Range[] = [];

  /** Of the lines missing now, those that are overdue: missing for {@link PATIENCE} or longer. `now` in ms. */
  overdue(missing: readonly Range[], now: number): Range[] {
    if (now - this.#seenAt >= PATIENCE) {
      this.#overdue = common(this.#seen, missing);
      this.#seen = missing;
      this.#seenAt = now;
    }
    return common(this.#overdue, missing);
  }
}

function common(ranges: readonly Range[], others: readonly Range[]): Range[] {
  return subtractRanges(ranges, subtractRanges(ranges, others));
}
