import type { LogStatus, Range } from '../../../worker/api.ts';
import type { LineCache } from './line-cache.ts';
import type { TimeMode } from '../../util/time.ts';

/** What is known of when a log began and when its newest line came. */
export class LogTimes {
  /** Time of the first line, unix ms. */
  start: number | undefined;
  /** Number and time of the newest line held so far. */
  #end: { readonly line: number; readonly time: number } | undefined;

  /** Number of the newest line that was held; 0 for none. */
  get newest(): number {
    return this.#end?.line ?? 0;
  }

  /** From the first to the last line, ms; undefined while one of their times is not known. */
  get elapsed(): number | undefined {
    return this.start === undefined || this.#end === undefined ? undefined : Math.max(0, this.#end.time - this.start);
  }

  update(lines: LineCache, { head, first }: LogStatus): void {
    // Behind a truncated start nobody knows when the log began.
    if (first === 1) this.start ??= lines.get(1)?.[0];
    const last = lines.get(head);
    if (last !== undefined) this.#end = { line: head, time: last[0] };
  }

  /** The first and the last line, where their times are to be shown. */
  toFetch({ head, first, state }: LogStatus, mode: TimeMode): Range[] {
    const complete = state === 'ended';
    if (first !== 1 || (!complete && mode !== 'elapsed')) return [];
    const want: Range[] = [];
    if (this.start === undefined) want.push({ from: 1, to: 1 });
    if (complete && head > 1 && this.#end?.line !== head) want.push({ from: head, to: head });
    return want;
  }

  clear(): void {
    this.start = this.#end = undefined;
  }
}
