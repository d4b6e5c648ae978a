import { clipRanges, normalizeRanges, rangeOf, type Range } from '../../../protocol/ranges.ts';
import type { LineRun, LogExtent } from '../../api.ts';
import type { ViewRequest } from '../events.ts';
import type { LineBudget, SparseLog } from '../lines/sparse-log.ts';
import {
  deliverLines,
  emptyView,
  enterEpoch,
  requestLines,
  REQUEST_RANGES,
  undeliveredTail,
  wantedLines,
  type ViewState,
} from '../view-state.ts';

/** The session's side of one view, kept in step with the tab's copy. */
export class SessionView {
  #pull = false;
  #liveLines = 0;
  #state: ViewState = emptyView('');

  /** Lines are delivered even to a hidden tab. */
  get pull(): boolean {
    return this.#pull;
  }

  /** How many of the newest lines it needs as they come; Infinity for every line. */
  get liveLines(): number {
    return this.#liveLines;
  }

  request({ want, tail, pull, epoch, delivered, liveLines = Infinity }: ViewRequest): void {
    this.#pull = pull;
    // A view that asked for a longer tail may do so again: the channel is not subscribed again each time.
    this.#liveLines = Math.max(this.#liveLines, liveLines, tail);
    const state = { ...emptyView(epoch), delivered: normalizeRanges(delivered).slice(0, REQUEST_RANGES) };
    this.#state = requestLines(state, want, tail);
  }

  /** The next batch tells the tab that the log is in this epoch. */
  enterEpoch(epoch: string): void {
    this.#state = this.#in(epoch);
  }

  /** Lines of the tail that were not delivered. */
  undeliveredTail(extent: LogExtent): Range[] {
    return undeliveredTail(this.#in(extent.epoch), extent);
  }

  /** The lines it asked for by number that were not delivered and that the log has. */
  undeliveredWant(extent: LogExtent): Range[] {
    return wantedLines(this.#in(extent.epoch), extent);
  }

  /** All lines to deliver that the log has. */
  undelivered(extent: LogExtent): Range[] {
    return [...this.undeliveredWant(extent), ...this.undeliveredTail(extent)];
  }

  /** Whether the view asks for a line from `from` to `to`, or shows it as part of the tail. */
  uses({ head }: LogExtent, from: number, to: number): boolean {
    const { want, tail } = this.#state;
    return clipRanges(want, from, to).length > 0 || (tail > 0 && from <= head && to > head - tail);
  }

  /** Returns the undelivered lines that `lines` holds, within `budget`, and counts them as delivered. */
  deliver(lines: SparseLog, extent: LogExtent, budget: LineBudget): LineRun[] {
    const collect = (ranges: readonly Range[]): LineRun[] => {
      const runs = ranges.flatMap(({ from, to }) => lines.runs(from, to, budget));
      if (runs.length > 0) this.#state = deliverLines(this.#state, runs.map(rangeOf), extent.head);
      return runs;
    };
    this.enterEpoch(extent.epoch);
    const wanted = collect(wantedLines(this.#state, extent));
    return [...wanted, ...collect(undeliveredTail(this.#state, extent))];
  }

  /**
   * The state in an epoch. It is stored only when a batch names that epoch: if the log restarts before, the tab never learns of
   * it, and its requests remain valid. While the session knows no epoch, the tab's own remains.
   */
  #in(epoch: string): ViewState {
    return epoch === '' ? this.#state : enterEpoch(this.#state, epoch);
  }
}
