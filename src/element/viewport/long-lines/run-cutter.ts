import type { TextRun } from '../../terminal/runs.ts';

/** The runs of a text from index `from` to before `to`. */
export function cutRuns(runs: readonly TextRun[], from: number, to: number): TextRun[] {
  return new RunCutter(runs).cut(from, to);
}

/** Cuts pieces out of many runs; the cost of a cut depends on the runs in it alone. */
export class RunCutter {
  readonly #runs: readonly TextRun[];
  /** Where each run begins. */
  readonly #starts: readonly number[];

  constructor(runs: readonly TextRun[]) {
    this.#runs = runs;
    let at = 0;
    this.#starts = runs.map(({ text }) => {
      at += text.length;
      return at - text.length;
    });
  }

  cut(from: number, to: number): TextRun[] {
    const cut: TextRun[] = [];
    for (let index = this.#runAt(from); index < this.#runs.length; index += 1) {
      const run = this.#runs[index];
      const at = this.#starts[index] ?? 0;
      if (run === undefined || at >= to) break;
      const start = Math.max(from, at);
      const end = Math.min(to, at + run.text.length);
      if (start < end) cut.push({ ...run, text: run.text.slice(start - at, end - at) });
    }
    return cut;
  }

  #runAt(index: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle;
    }
    return low;
  }
}
