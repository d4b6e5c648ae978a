import type { Range } from '../../../worker/api.ts';

/** Runs in a chunk of memory. */
const CHUNK = 1_024;
/** The first offset that does not fit into 32 bits. */
const OFFSETS = 2 ** 32;

type Offsets = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Some consecutive runs. Values share chunks: what one has stored is never changed, and only the last place is ever written. */
interface Chunk {
  /** First line of its first run, and how many lines were added before it. */
  readonly line: number;
  readonly index: number;
  /** For each run, its first line and the number of lines before it, from those of the first one on. */
  lines: Offsets;
  indices: Offsets;
  used: number;
}

/** Where a run begins: its first line, and how many lines were ever added before it. */
interface RunStart {
  readonly line: number;
  readonly index: number;
}

/**
 * Line numbers in order, held as runs of consecutive ones: 8 bytes for each run. A value: what changes it gives another one, which shares
 * its memory, so that adding lines costs what is added. Finding a line or a place takes O(log n).
 */
export class LineSet {
  static readonly EMPTY = new LineSet();

  /** A set of ascending numbers. */
  static of(lines: Iterable<number>): LineSet {
    return LineSet.EMPTY.addAll(singles(lines));
  }

  #chunks: readonly Chunk[] = [];
  /** Of the runs in the chunks, those at the start that are not held, and the end of those that are. */
  #firstRun = 0;
  #endRun = 0;
  /** The number of lines that were added before the first one held, and before the next one. */
  #start = 0;
  #end = 0;
  #last = 0;

  /** Number of lines. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Number of runs. */
  get runs(): number {
    return this.#endRun - this.#firstRun;
  }

  get first(): number | undefined {
    return this.size === 0 ? undefined : this.#run(this.#firstRun).line;
  }

  get last(): number | undefined {
    return this.size === 0 ? undefined : this.#last;
  }

  /** With lines that follow the ones held; those up to the last one held are left out. */
  add(from: number, to: number = from): LineSet {
    return this.addAll([[from, to]]);
  }

  /** With ranges in order that follow the lines held, first to last line of each; lines up to the last one held are left out. */
  addAll(ranges: Iterable<readonly [from: number, to: number]>): LineSet {
    let added: LineSet | undefined;
    for (const [from, to] of ranges) {
      const { last = -Infinity } = added ?? this;
      const start = Math.max(from, last + 1);
      if (start <= to) (added ??= this.#copy()).#push(start, to, last);
    }
    return added ?? this;
  }

  /** Without the lines before one. */
  from(line: number): LineSet {
    const { first = Infinity, last = -Infinity } = this;
    if (line <= first) return this;
    if (line > last) return LineSet.EMPTY;
    const kept = this.#copy();
    kept.#start += this.countBefore(line);
    kept.#firstRun = this.#firstRun + Math.max(0, this.runsUpTo(line) - 1);
    // In a gap: the next run is the first one.
    if (!this.has(line)) kept.#firstRun += 1;
    const dropped = Math.floor(kept.#firstRun / CHUNK);
    kept.#chunks = this.#chunks.slice(dropped);
    kept.#firstRun -= dropped * CHUNK;
    kept.#endRun -= dropped * CHUNK;
    return kept;
  }

  has(line: number): boolean {
    const { from, to, isHeld } = this.rangeAt(line);
    return isHeld && from <= line && line <= to;
  }

  /** How many lines are before one. */
  countBefore(line: number): number {
    const run = this.#lastRun((start) => start.line < line);
    if (run < this.#firstRun) return 0;
    const { line: from, index } = this.#run(run);
    return Math.min(index + line - from, this.#endOf(run)) - this.#start;
  }

  /** How many runs begin at a line or before it. */
  runsUpTo(line: number): number {
    return this.#lastRun((start) => start.line <= line) - this.#firstRun + 1;
  }

  /** The line that has so many before it; undefined beyond the last. */
  at(index: number): number | undefined {
    return this.placeOf(index)?.line;
  }

  /** The line that has so many before it, and how many runs are before its own. */
  placeOf(index: number): { readonly line: number; readonly run: number } | undefined {
    if (index < 0 || index >= this.size) return undefined;
    const at = this.#start + index;
    const run = this.#lastRun((start) => start.index <= at);
    const start = this.#run(run);
    return { line: start.line + at - start.index, run: run - this.#firstRun };
  }

  /** The run that a line is in, or the lines between two runs (`isHeld` is false); these reach to infinity before the first and after the last. */
  rangeAt(line: number): Range & { readonly isHeld: boolean } {
    const run = this.#lastRun((start) => start.line <= line);
    const next = run + 1 < this.#endRun ? this.#run(run + 1).line : Infinity;
    if (run < this.#firstRun) return { from: -Infinity, to: next - 1, isHeld: false };
    const { line: from, index } = this.#run(run);
    const to = from + this.#endOf(run) - index - 1;
    return line <= to ? { from, to, isHeld: true } : { from: to + 1, to: next - 1, isHeld: false };
  }

  /** The runs that have lines at one or after it, in order, as first and last line; the first may begin before it. */
  *runsFrom(line: number): Generator<readonly [from: number, to: number], void> {
    let run = Math.max(
      this.#firstRun,
      this.#lastRun((start) => start.line <= line),
    );
    for (; run < this.#endRun; run += 1) {
      const { line: from, index } = this.#run(run);
      const to = from + this.#endOf(run) - index - 1;
      if (to >= line) yield [from, to];
    }
  }

  *[Symbol.iterator](): Generator<number, void> {
    for (const [from, to] of this.runsFrom(-Infinity)) for (let line = from; line <= to; line += 1) yield line;
  }

  /** Whether this came from an earlier value by adding lines after it and dropping some before it; false as well once all are dropped. */
  continues(other: LineSet): boolean {
    const last = other.#chunks.at(-1);
    if (last === undefined) return this.#start === 0;
    return this.#end >= other.#end && this.#chunks.includes(last);
  }

  #copy(): LineSet {
    const copy = new LineSet();
    copy.#chunks = this.#chunks;
    copy.#firstRun = this.#firstRun;
    copy.#endRun = this.#endRun;
    copy.#start = this.#start;
    copy.#end = this.#end;
    copy.#last = this.#last;
    return copy;
  }

  #push(from: number, to: number, last: number): void {
    if (from > last + 1 || this.#endRun === this.#firstRun) this.#begin(from);
    this.#end += to - from + 1;
    this.#last = to;
  }

  /** Begins a run. */
  #begin(line: number): void {
    const at = this.#endRun % CHUNK;
    let chunk = at === 0 ? undefined : this.#chunks.at(-1);
    if (chunk === undefined) {
      chunk = { line, index: this.#end, lines: new Uint32Array(CHUNK), indices: new Uint32Array(CHUNK), used: 0 };
      this.#chunks = [...this.#chunks, chunk];
    } else if (chunk.used > at) {
      // Another value continued after the same lines.
      chunk = { ...chunk, lines: chunk.lines.slice(), indices: chunk.indices.slice() };
      this.#chunks = [...this.#chunks.slice(0, -1), chunk];
    }
    chunk.lines = put(chunk.lines, at, line - chunk.line);
    chunk.indices = put(chunk.indices, at, this.#end - chunk.index);
    chunk.used = at + 1;
    this.#endRun += 1;
  }

  /** Where a run begins; what is left of the first one. */
  #run(run: number): RunStart {
    const chunk = this.#chunks[Math.floor(run / CHUNK)];
    const at = run % CHUNK;
    const line = (chunk?.line ?? 0) + (chunk?.lines[at] ?? 0);
    const index = (chunk?.index ?? 0) + (chunk?.indices[at] ?? 0);
    return run > this.#firstRun || index >= this.#start ? { line, index } : { line: line + this.#start - index, index: this.#start };
  }

  /** How many lines were added up to the end of a run. */
  #endOf(run: number): number {
    return run + 1 < this.#endRun ? this.#run(run + 1).index : this.#end;
  }

  /** The last run for which something holds that holds for all before it; one less than the first if there is none. */
  #lastRun(holds: (start: RunStart) => boolean): number {
    let low = this.#firstRun;
    let high = this.#endRun;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#run(middle))) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Stores an offset, in wider places if it needs them. */
function put(offsets: Offsets, at: number, value: number): Offsets {
  const wide = value >= OFFSETS && offsets instanceof Uint32Array ? Float64Array.from(offsets) : offsets;
  wide[at] = value;
  return wide;
}

function* singles(lines: Iterable<number>): Generator<readonly [number, number], void> {
  for (const line of lines) yield [line, line];
}
