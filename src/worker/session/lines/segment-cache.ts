import { SparseLog, type LogSegment, type SegmentObserver } from './sparse-log.ts';

/** Default bound of the lines that a worker holds for all logs, bytes. */
export const CACHE_BYTES: number = 32 * 1_024 * 1_024;

/**
 * Bounds the lines that all logs of a worker hold together. It evicts the least recently used segments first, and those
 * that a view uses last. The bound holds even for those: every line can be fetched again.
 */
export class SegmentCache {
  readonly limit: number;
  /** Least recently used first. */
  readonly #segments = new Set<LogSegment>();
  readonly #observer: SegmentObserver;
  #bytes = 0;

  constructor(limit: number = CACHE_BYTES) {
    this.limit = limit;
    this.#observer = {
      used: (segment) => {
        this.#segments.delete(segment);
        this.#segments.add(segment);
      },
      dropped: (segment) => this.#segments.delete(segment),
      grew: (bytes) => {
        this.#bytes += bytes;
        if (bytes > 0) this.#trim();
      },
    };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A new log whose lines count towards the bound. `inUse`: whether a view uses a segment. */
  createLog(inUse: (index: number) => boolean): SparseLog {
    return new SparseLog(this.#observer, inUse);
  }

  #trim(): void {
    for (const evenInUse of [false, true]) {
      for (const segment of this.#segments) {
        if (this.#bytes <= this.limit) return;
        if (!evenInUse && segment.owner.inUse(segment.index)) continue;
        if (this.#segments.size > 1) segment.owner.drop(segment.index);
        else segment.owner.evictLines(segment.index, this.#bytes - this.limit);
      }
    }
  }
}
