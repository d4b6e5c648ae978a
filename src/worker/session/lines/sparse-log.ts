import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import type { Range } from '../../../protocol/ranges.ts';
import type { LineRun } from '../../api.ts';

/** Lines of a segment, as many as a page of history: from `index * SEGMENT_LINES + 1` to `(index + 1) * SEGMENT_LINES`. */
export const SEGMENT_LINES: number = LIMITS.pageLines;

/** A part of a log that is held and dropped as one. */
export interface LogSegment {
  readonly owner: SparseLog;
  readonly index: number;
  readonly lines: (Line | undefined)[];
  /** Lines held. */
  count: number;
  /** Their estimated size. */
  bytes: number;
}

/** Observes every change to segments, in order to bound them. */
export interface SegmentObserver {
  used(segment: LogSegment): void;
  grew(bytes: number): void;
  dropped(segment: LogSegment): void;
}

/** How much may still be delivered; every delivery subtracts from it. */
export interface LineBudget {
  lines: number;
  bytes: number;
}

/** Upper estimate of a line's size in memory, bytes: two a character, and the objects around it. */
export function lineCost([, text, extra]: Line): number {
  return 64 + 2 * text.length + (extra === undefined ? 0 : 64);
}

export function segmentOf(offset: number): number {
  return Math.floor((offset - 1) / SEGMENT_LINES);
}

/**
 * The lines held of one epoch of a log, by offset. Inserting is idempotent and commutes, so duplicated and reordered
 * messages do no harm.
 */
export class SparseLog {
  readonly #segments = new Map<number, LogSegment>();
  readonly #observer: SegmentObserver | undefined;
  /** Whether a view uses a segment; those are evicted last. */
  readonly inUse: (index: number) => boolean;

  constructor(observer?: SegmentObserver, inUse: (index: number) => boolean = () => false) {
    this.#observer = observer;
    this.inUse = inUse;
  }

  /** Inserts `lines`, the first being number `from`. */
  insert(from: number, lines: readonly Line[]): void {
    let segment: LogSegment | undefined;
    let grown = 0;
    for (const [at, line] of lines.entries()) {
      const offset = from + at;
      const index = segmentOf(offset);
      if (segment?.index !== index) segment = this.#segment(index);
      const slot = offset - 1 - index * SEGMENT_LINES;
      if (segment.lines[slot] !== undefined) continue;
      segment.lines[slot] = line;
      segment.count += 1;
      const cost = lineCost(line);
      segment.bytes += cost;
      grown += cost;
    }
    this.#observer?.grew(grown);
  }

  /** Ranges from `from` to `to` that are not held, ascending; at most `limit` of them. */
  notHeld(from: number, to: number, limit: number = Infinity): Range[] {
    const result: Range[] = [];
    let start = 0;
    for (let offset = from; offset <= to && result.length < limit;) {
      const index = segmentOf(offset);
      const segment = this.#segments.get(index);
      const end = Math.min(to, (index + 1) * SEGMENT_LINES);
      if (segment === undefined) {
        if (start === 0) start = offset;
        offset = this.#nextHeld(index, to);
      } else if (segment.count === SEGMENT_LINES) {
        if (start !== 0) result.push({ from: start, to: offset - 1 });
        start = 0;
        offset = end + 1;
      } else {
        for (; offset <= end; offset += 1) {
          const held = segment.lines[offset - 1 - index * SEGMENT_LINES] !== undefined;
          if (!held && start === 0) start = offset;
          if (held && start !== 0) {
            result.push({ from: start, to: offset - 1 });
            start = 0;
          }
        }
      }
    }
    if (start !== 0) result.push({ from: start, to });
    return result.length > limit ? result.slice(0, limit) : result;
  }

  /** The lines held from `from` to `to`, ascending: as many as `budget` allows, but at least one unless it is used up. */
  runs(from: number, to: number, budget: LineBudget): LineRun[] {
    const result: LineRun[] = [];
    let run: { from: number; lines: Line[] } | undefined;
    for (let offset = from; offset <= to;) {
      const index = segmentOf(offset);
      const segment = this.#segments.get(index);
      const end = Math.min(to, (index + 1) * SEGMENT_LINES);
      if (segment === undefined) {
        run = undefined;
        offset = this.#nextHeld(index, to);
        continue;
      }
      this.#observer?.used(segment);
      for (; offset <= end; offset += 1) {
        const line = segment.lines[offset - 1 - index * SEGMENT_LINES];
        if (line === undefined) {
          run = undefined;
          continue;
        }
        if (budget.lines <= 0 || budget.bytes <= 0) return result;
        budget.lines -= 1;
        budget.bytes -= lineCost(line);
        if (run === undefined) result.push((run = { from: offset, lines: [] }));
        run.lines.push(line);
      }
    }
    return result;
  }

  /** Size of the lines held from `from` to `to`, bytes; counts no further than `enough`. */
  cost(from: number, to: number, enough: number): number {
    const budget = { lines: Infinity, bytes: enough };
    this.runs(from, to, budget);
    return enough - budget.bytes;
  }

  /** Drops the lines below `first`. */
  dropBelow(first: number): void {
    for (const [index, segment] of this.#segments) {
      if ((index + 1) * SEGMENT_LINES < first) this.drop(index);
      else if (index * SEGMENT_LINES + 1 < first) this.#dropLines(segment, (slot) => index * SEGMENT_LINES + slot + 1 < first);
    }
  }

  drop(index: number): void {
    const segment = this.#segments.get(index);
    if (segment === undefined) return;
    this.#segments.delete(index);
    this.#observer?.dropped(segment);
    this.#observer?.grew(-segment.bytes);
  }

  /** Drops lines of a segment, lowest first, until `bytes` are freed. */
  evictLines(index: number, bytes: number): void {
    const segment = this.#segments.get(index);
    if (segment === undefined) return;
    const target = segment.bytes - bytes;
    this.#dropLines(segment, () => segment.bytes > target);
  }

  clear(): void {
    for (const index of this.#segments.keys()) this.drop(index);
  }

  /** First line of the next segment held after `index`, or of the one after `to`; a log may be very long, so this skips. */
  #nextHeld(index: number, to: number): number {
    let next = segmentOf(to) + 1;
    for (const held of this.#segments.keys()) if (held > index && held < next) next = held;
    return next * SEGMENT_LINES + 1;
  }

  #segment(index: number): LogSegment {
    let segment = this.#segments.get(index);
    if (segment === undefined) {
      segment = { owner: this, index, lines: Array.from<Line | undefined>({ length: SEGMENT_LINES }), count: 0, bytes: 0 };
      this.#segments.set(index, segment);
    }
    this.#observer?.used(segment);
    return segment;
  }

  #dropLines(segment: LogSegment, unwanted: (slot: number) => boolean): void {
    const before = segment.bytes;
    for (let slot = 0; slot < SEGMENT_LINES && unwanted(slot); slot += 1) {
      const line = segment.lines[slot];
      if (line === undefined) continue;
      segment.lines[slot] = undefined;
      segment.count -= 1;
      segment.bytes -= lineCost(line);
    }
    this.#observer?.grew(segment.bytes - before);
    if (segment.count === 0) this.drop(segment.index);
  }
}
