import type { Range, LineRun } from '../api.ts';
import type { ViewRequest } from './events.ts';
import { clipRanges as clip, normalizeRanges as normalize, rangeOf, subtractRanges as subtract } from '../../protocol/ranges.ts';
import type { LineBudget, SparseLog } from './lines/sparse-log.ts';

/** Most ranges one look may ask for, and most lines of a tail; beyond, it is a mistake and is cut. */
export const REQUEST_RANGES = 256;
export const REQUEST_TAIL = 10_000;

/** The facts of a log that say which lines there are. */
export interface LogExtent {
  readonly epoch: string;
  readonly first: number;
  readonly head: number;
}

/** What one view still lacks. */
export class ViewState {
  pull = false;
  /** Incarnation that was spoken of; empty while none is known. */
  #epoch = '';
  #want: readonly Range[] = [];
  #tail = 0;
  /** Lines of the tail it was given, as far as they still are in the tail. */
  #given: readonly Range[] = [];

  look({ want, tail, pull, epoch, given }: ViewRequest, extent: LogExtent): void {
    this.pull = pull;
    // Before an epoch is known, numbers are just numbers.
    this.#epoch = epoch || extent.epoch;
    this.#tail = Number.isSafeInteger(tail) ? Math.min(REQUEST_TAIL, Math.max(0, tail)) : 0;
    this.#want = normalize(want).slice(0, REQUEST_RANGES);
    this.#given = normalize(given).slice(0, REQUEST_RANGES);
  }

  /** Lines of the tail that it was not given. */
  tail(extent: LogExtent): Range[] {
    this.#follow(extent);
    const { first, head } = extent;
    if (this.#tail === 0 || head === 0) return [];
    return subtract(clip([{ from: head - this.#tail + 1, to: head }], first, head), this.#given);
  }

  /** Every line it lacks that the log has. */
  wanted(extent: LogExtent): Range[] {
    this.#follow(extent);
    return [...clip(this.#want, extent.first, extent.head), ...this.tail(extent)];
  }

  /** Whether it looks at a line from `from` to `to`. */
  uses(extent: LogExtent, from: number, to: number): boolean {
    return clip(this.#want, from, to).length > 0 || (this.#tail > 0 && from <= extent.head && to > extent.head - this.#tail);
  }

  /** Hands over what it lacks and `lines` holds, within `budget`. */
  take(lines: SparseLog, extent: LogExtent, budget: LineBudget): LineRun[] {
    this.#follow(extent);
    const runs = collect(lines, clip(this.#want, extent.first, extent.head), budget);
    if (runs.length > 0) {
      this.#want = subtract(this.#want, runs.map(rangeOf));
      this.#give(runs, extent);
    }
    const tail = collect(lines, this.tail(extent), budget);
    if (tail.length > 0) {
      this.#give(tail, extent);
      this.#want = subtract(this.#want, tail.map(rangeOf));
    }
    return [...runs, ...tail];
  }

  /** When the log began anew, line numbers asked for mean nothing any more; the tail is followed on. */
  #follow({ epoch }: LogExtent): void {
    if (epoch === '' || epoch === this.#epoch) return;
    if (this.#epoch !== '') {
      this.#want = [];
      this.#given = [];
    }
    this.#epoch = epoch;
  }

  #give(runs: readonly LineRun[], { head }: LogExtent): void {
    if (this.#tail > 0) this.#given = clip(normalize([...this.#given, ...runs.map(rangeOf)]), head - this.#tail + 1, head);
  }
}

function collect(lines: SparseLog, ranges: readonly Range[], budget: LineBudget): LineRun[] {
  return ranges.flatMap(({ from, to }) => lines.runs(from, to, budget));
}
