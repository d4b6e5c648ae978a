import type { LogStatus, Range } from '../../worker/api.ts';
import type { HeldLines } from '../lines.ts';
import { withoutGaps } from './gaps.ts';

export interface DemandInput {
  readonly status: LogStatus;
  readonly lines: HeldLines;
  readonly window: Range;
  /** Ranges that need not be asked for. */
  readonly gaps: readonly Range[];
  /** What else is of use once the window is full. */
  readonly also: readonly Range[];
  /** The newest lines to have as they come; 0 for none. */
  readonly tail: number;
}

/** What a view asks the log for: told only when it changes. */
export class Demand {
  readonly #look: (want: readonly Range[], tail: number) => void;
  #asked = '';
  #progress: number | undefined;

  constructor(look: (want: readonly Range[], tail: number) => void) {
    this.#look = look;
  }

  /** Share of the lines in the window that is held, 0 to 1; undefined for an empty window. */
  get progress(): number | undefined {
    return this.#progress;
  }

  /** Asks for everything anew the next time. */
  forget(): void {
    this.#asked = '';
  }

  ask({ status, lines, window, gaps, also, tail }: DemandInput): void {
    const lacking = window.to < window.from ? [] : lines.lacking(window);
    const want = withoutGaps(lacking, gaps);
    const size = window.to - window.from + 1;
    const lacks = want.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    this.#progress = size > 0 ? 1 - lacks / size : undefined;
    if (want.length === 0 && status.head >= status.first) want.push(...also);
    const asked = `${tail} ${want.map(({ from, to }) => `${from}-${to}`).join()}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#look(want, tail);
  }
}
