import { setImmediate } from 'node:timers/promises';
import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import { levelOfSeverityNumber } from '../../../protocol/marks/level.ts';
import type { MarkIndex } from '../../store.ts';

/**
 * After so many lines in a row that do not pass, a filter jumps to the next entry instead of reading on. Of the lines it jumps
 * over, only those that rewrite a row (mark `r`) could pass, and they repeat a line that passed. Marks follow the last 200 rows of a
 * screen: a program that redraws them rewrites each within fewer lines than this.
 */
export const QUIET_LINES = 250;

/** Consecutive lines that pass a filter. */
export interface PickedLines {
  /** Number of the first. */
  readonly from: number;
  readonly lines: readonly Line[];
}

export interface LineFilterOptions {
  /** A line passes if its level is this or above: a SeverityNumber, 1 to 24. Undefined: any line, also one without. */
  readonly level: number | undefined;
  /** A line passes if it was written at this time or later, unix ms. */
  readonly since: number;
}

/** Picks the lines of a log that one reader asked for, and finds them without reading what lies between. */
export class LineFilter {
  readonly #marks: MarkIndex;
  readonly #channel: string;
  readonly #options: LineFilterOptions;
  /** Lines in a row that did not pass. */
  #quiet = 0;
  /** Whether the next line begins an entry that was jumped to. */
  #hasJumped = false;

  constructor(marks: MarkIndex, channel: string, options: LineFilterOptions) {
    this.#marks = marks;
    this.#channel = channel;
    this.#options = options;
  }

  /** How many lines to read next: after a jump, those that decide whether to jump again. */
  get readLines(): number {
    return this.#hasJumped ? QUIET_LINES + 1 : LIMITS.pageLines;
  }

  /** The lines that pass, at most `limit`; `from` is the number of the first line. */
  pick(from: number, lines: readonly Line[], limit: number): readonly PickedLines[] {
    const runs: { readonly from: number; readonly lines: Line[] }[] = [];
    let left = limit;
    this.#hasJumped = false;
    for (const [at, line] of lines.entries()) {
      if (left === 0) break;
      if (!this.#passes(line)) {
        this.#quiet += 1;
        continue;
      }
      const run = this.#quiet === 0 ? runs.at(-1) : undefined;
      if (run === undefined) runs.push({ from: from + at, lines: [line] });
      else run.lines.push(line);
      this.#quiet = 0;
      left -= 1;
    }
    return runs;
  }

  /**
   * The line after which to read on, from `after` on and at most `head`: far ahead if none of the lines up to there begins an
   * entry. Lets other work of the process happen first, since a long search may give its reader nothing to wait for.
   */
  async skip(epoch: string, after: number, head: number): Promise<number> {
    await setImmediate();
    const level = this.#options.level === undefined ? undefined : levelOfSeverityNumber(this.#options.level);
    if (level === undefined || this.#quiet < QUIET_LINES || head - after <= QUIET_LINES) return after;
    const { tail, found } = await this.#marks.seek(this.#channel, { kind: 'next', level, after });
    // Lines were lost, which reading on notices.
    if (tail.epoch !== epoch || tail.first > after + 1) return after;
    this.#hasJumped = found !== undefined;
    return Math.min(head, found === undefined ? tail.head : found.line - 1);
  }

  #passes([time, , extra]: Line): boolean {
    const { level, since } = this.#options;
    return time >= since && (level === undefined || (extra?.l !== undefined && extra.l >= level));
  }
}
