import { addRun, type EntryRun, type LineIndex, type TimeRun } from './line-index.ts';

/** Joins the indexes of consecutive lines, of which only some are wanted. */
export class LineIndexBuilder {
  readonly #times: TimeRun[] = [];
  readonly #entries: EntryRun[] = [];
  #count = 0;

  /** Adds lines `from` to `to - 1` of an index. */
  add({ times, entries }: LineIndex, from: number, to: number): void {
    for (const [number, { at, time }] of times.entries()) {
      const next = times[number + 1]?.at ?? to;
      if (next > from && at < to && this.#times.at(-1)?.time !== time)
        this.#times.push({ at: this.#place(Math.max(at, from), from), time });
    }
    for (const { at, count, rank } of entries) {
      const [first, end] = [Math.max(at, from), Math.min(at + count, to)];
      if (first < end) addRun(this.#entries, { at: this.#place(first, from), count: end - first, rank });
    }
    this.#count += to - from;
  }

  build(): LineIndex {
    return { times: this.#times, entries: this.#entries };
  }

  #place(at: number, from: number): number {
    return this.#count + at - from;
  }
}
