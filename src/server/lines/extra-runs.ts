import type { LineExtra } from '../../protocol/line.ts';

/** Consecutive lines with the same extra: `count` lines from index `from` on. Lines without an extra are in no run. */
export type ExtraRun = readonly [from: number, count: number, extra: LineExtra];

/** Collects the extras of lines in runs. Consecutive lines are mostly alike, so that runs are few. */
export class ExtraRuns {
  readonly #runs: [number, number, LineExtra][] = [];

  /** The runs so far, in order. */
  get runs(): readonly ExtraRun[] {
    return this.#runs;
  }

  /** Adds `count` lines from index `from` on, which come after all lines added before. */
  add(from: number, count: number, extra: LineExtra): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && last[0] + last[1] === from && isSameExtra(last[2], extra)) last[1] += count;
    else this.#runs.push([from, count, extra]);
  }
}

/** The runs of the lines from index `from` up to, not including, `to`. */
export function sliceRuns(runs: readonly ExtraRun[], from: number, to: number): ExtraRun[] {
  const slice: ExtraRun[] = [];
  for (const [at, count, extra] of runs) {
    const begin = Math.max(at, from);
    const end = Math.min(at + count, to);
    if (begin < end) slice.push([begin - from, end - begin, extra]);
  }
  return slice;
}

/** Whether the last of `count` lines with these extras continues in the next line. */
export function endsInPiece(runs: readonly ExtraRun[], count: number): boolean {
  const last = runs.at(-1);
  return last !== undefined && last[0] + last[1] === count && last[2].p === 1;
}

/** Whether two lines with these extras are alike but for their text: all keys count, and what is inside them. */
export function isSameExtra(a: LineExtra, b: LineExtra): boolean {
  return a === b || isSame(a, b);
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const entries = Object.entries(a);
  return entries.length === Object.keys(b).length && entries.every(([key, value]) => isSame(value, (b as Record<string, unknown>)[key]));
}
