import { clipRanges, normalizeRanges, subtractRanges, type Range } from '../../protocol/ranges.ts';
import type { LogExtent } from '../api.ts';

/** Most ranges one request may name, and most lines of a tail: beyond that a request is a mistake and is cut. */
export const REQUEST_RANGES = 256;
export const REQUEST_TAIL = 10_000;

/**
 * What a view asks for and has received. The tab and the session each keep a copy and apply the same functions to it, so
 * that the tab can hand its copy to another session when the worker dies or the page was parked.
 */
export interface ViewState {
  /** Epoch that the line numbers belong to; empty while none is known. */
  readonly epoch: string;
  /** Ranges to deliver once, without the lines that were delivered. */
  readonly want: readonly Range[];
  /** How many of the newest lines to deliver as they come. */
  readonly tail: number;
  /** Lines of the tail that were delivered. */
  readonly delivered: readonly Range[];
}

/** The state of a view that has asked for nothing. */
export function emptyView(epoch: string): ViewState {
  return { epoch, want: [], tail: 0, delivered: [] };
}

/** The view asks for something else. */
export function requestLines(state: ViewState, want: readonly Range[], tail: number): ViewState {
  return {
    ...state,
    want: normalizeRanges(want).slice(0, REQUEST_RANGES),
    tail: Number.isSafeInteger(tail) ? Math.min(REQUEST_TAIL, Math.max(0, tail)) : 0,
  };
}

/** The log is in this epoch. The first one names the line numbers asked for so far; any other makes them meaningless. */
export function enterEpoch(state: ViewState, epoch: string): ViewState {
  if (epoch === state.epoch) return state;
  return { ...state, epoch, want: state.epoch === '' ? state.want : [], delivered: [] };
}

/** Lines were delivered, in any order, while the log ended with line `head`. */
export function deliverLines(state: ViewState, lines: readonly Range[], head: number): ViewState {
  const { tail } = state;
  const want = lines.length === 0 ? state.want : subtractRanges(state.want, normalizeRanges(lines));
  const delivered = tail === 0 ? [] : clipRanges(normalizeRanges([...state.delivered, ...lines]), head - tail + 1, head);
  return { ...state, want, delivered };
}

/** Wanted lines that the log has. */
export function wantedLines({ want }: ViewState, { first, head }: LogExtent): Range[] {
  return clipRanges(want, first, head);
}

/** Lines of the tail that were not delivered. */
export function undeliveredTail({ tail, delivered }: ViewState, { first, head }: LogExtent): Range[] {
  if (tail === 0 || head === 0) return [];
  return subtractRanges(clipRanges([{ from: head - tail + 1, to: head }], first, head), delivered);
}
