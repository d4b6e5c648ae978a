import { indexOf, timeOf, type LineHistogram, type TimeRange } from './histogram.ts';

/** Where the reader is in time, unix ms: a histogram that grows sorts its lines into other spans. */
export interface TimeCursor {
  readonly at: number;
  /** The other end of a range. */
  readonly anchor: number | undefined;
}

/** Spans that Page Up and Page Down move by. */
const PAGE = 10;

/** Where a key moves the cursor, with Shift a range from where it was; undefined for a key that does not move it. Time runs to the right. */
export function movedBy(
  key: string,
  isExtending: boolean,
  cursor: TimeCursor | undefined,
  histogram: LineHistogram,
): TimeCursor | undefined {
  const last = histogram.tallies.length - 1;
  const index = indexAt(cursor, histogram);
  const to = targetOf(key, index, last);
  if (to === undefined) return undefined;
  const at = middleOf(histogram, Math.min(last, Math.max(0, to)));
  if (!isExtending) return { at, anchor: undefined };
  return { at, anchor: cursor?.anchor ?? middleOf(histogram, index) };
}

/** The span that the cursor is in; the last one where there is none. */
export function indexAt(cursor: TimeCursor | undefined, histogram: LineHistogram): number {
  return cursor === undefined ? histogram.tallies.length - 1 : indexOf(histogram, cursor.at);
}

/** The spans from one end of the cursor to the other. */
export function spansOf(cursor: TimeCursor | undefined, histogram: LineHistogram): { readonly from: number; readonly to: number } {
  const at = indexAt(cursor, histogram);
  const other = cursor?.anchor === undefined ? at : indexOf(histogram, cursor.anchor);
  return { from: Math.min(at, other), to: Math.max(at, other) };
}

/** The time that the cursor covers. */
export function rangeOf(cursor: TimeCursor | undefined, histogram: LineHistogram): TimeRange {
  const { from, to } = spansOf(cursor, histogram);
  return timeOf(histogram, from, to);
}

/** The time at a place, `share` being 0 at the left and 1 at the right edge. */
export function timeAt({ start, step, tallies }: LineHistogram, share: number): number {
  const index = Math.min(tallies.length - 1, Math.max(0, Math.floor(share * tallies.length)));
  return start + (index + 0.5) * step;
}

function middleOf({ start, step }: LineHistogram, index: number): number {
  return start + (index + 0.5) * step;
}

function targetOf(key: string, index: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return index - 1;
    case 'ArrowRight':
    case 'ArrowUp':
      return index + 1;
    case 'PageDown':
      return index - PAGE;
    case 'PageUp':
      return index + PAGE;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
