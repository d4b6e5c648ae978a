import type { LevelCounts, LevelsPage, LevelsPart } from '../../../protocol/answers/answers.ts';
import type { Line } from '../../../protocol/line.ts';
import { levelOfSeverityNumber } from '../../../protocol/marks/level.ts';
import { markLine, UNMARKED, type Marks } from '../../../protocol/marks/marker.ts';
import { EntrySums } from '../../../protocol/sums/entry-sums.ts';
import { countsBetween, entryRank, rankOf } from '../../../protocol/sums/ranks.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';

/** Lines whose times are kept in one array. */
const CHUNK = 4_096;

/** The part of a log that was read from its first line on: each line is marked as a server marks it at append, and added up. */
export class ReadMarks {
  /** The line before the first one read. */
  readonly #before: number;
  readonly #sums = new EntrySums();
  #times: Float64Array[] = [];
  /** Chunks of times that were dropped from the start. */
  #dropped = 0;
  #state = UNMARKED;
  #isPiece = false;
  #first: number;
  #upto: number;

  constructor(first: number) {
    this.#first = first;
    this.#before = this.#upto = first - 1;
  }

  /** The first line that still exists. */
  get first(): number {
    return this.#first;
  }

  /** The last line read; the one before the first if there is none. */
  get upto(): number {
    return this.#upto;
  }

  /** Lines whose times are kept: those that still exist, but for parts of a chunk. */
  get kept(): number {
    return this.#times.length * CHUNK;
  }

  /** Adds the line after {@link upto}. Returns its marks; none for a part of the line before. */
  add([time, text, extra]: Line): Marks {
    let marks: Marks = {};
    if (!this.#isPiece) {
      const given = extra?.l === undefined ? undefined : levelOfSeverityNumber(extra.l);
      const marked = markLine(this.#state, text, shownText(text), given);
      ({ marks, state: this.#state } = marked);
    }
    this.#sums.add(entryRank(marks, this.#isPiece));
    this.#isPiece = extra?.p === 1;
    const at = this.#upto - this.#before;
    if (at % CHUNK === 0) this.#times.push(new Float64Array(CHUNK));
    const chunk = this.#times.at(-1);
    if (chunk !== undefined) chunk[at % CHUNK] = time;
    this.#upto += 1;
    return marks;
  }

  /** Lines before `first` do not count any more. */
  trim(first: number): void {
    this.#first = Math.max(this.#first, first);
    const gone = this.#first - 1 - this.#before;
    this.#sums.drop(gone + 1);
    const chunks = Math.floor(gone / CHUNK) - this.#dropped;
    if (chunks <= 0) return;
    this.#times = this.#times.slice(chunks);
    this.#dropped += chunks;
  }

  /** The entries in the lines after one up to another, as far as they exist and were read. */
  countsIn({ after, upto }: { readonly after: number; readonly upto: number }): LevelCounts {
    const from = this.#within(after);
    return countsBetween(this.#sums.upTo(from - this.#before), this.#sums.upTo(Math.max(from, this.#within(upto)) - this.#before));
  }

  /** The counts of a range in at most that many parts of about equal length; lines that were not read count nothing. */
  levels({ after, upto, parts = 1 }: { readonly after: number; readonly upto: number; readonly parts?: number }): LevelsPage {
    const begin = Math.max(after, this.#first - 1);
    const end = Math.max(begin, upto);
    const all: LevelsPart[] = [];
    let from = begin;
    for (let part = 1; part <= parts; part += 1) {
      const last = begin + Math.floor(((end - begin) * part) / parts);
      if (last === from) continue;
      all.push({ last, time: this.timeOf(from + 1), counts: this.countsIn({ after: from, upto: last }) });
      from = last;
    }
    return { after: begin, upto: end, parts: all };
  }

  /** The first entry of a level or above after a line. */
  next(level: number, after: number): number | undefined {
    return this.#line(this.#sums.next(rankOf(level), Math.max(after, this.#first - 1) - this.#before));
  }

  /** The last entry of a level or above before a line. */
  previous(level: number, before: number): number | undefined {
    if (before <= this.#first) return undefined;
    const line = this.#line(this.#sums.previous(rankOf(level), Math.min(before, this.#upto + 1) - this.#before));
    return line === undefined || line < this.#first ? undefined : line;
  }

  /** When a line was written, unix ms; for one that was not read, when the last one read was. */
  timeOf(line: number): number {
    const at = Math.max(0, Math.min(line, this.#upto) - this.#before - 1);
    return this.#times[Math.floor(at / CHUNK) - this.#dropped]?.[at % CHUNK] ?? 0;
  }

  #line(at: number | undefined): number | undefined {
    return at === undefined ? undefined : at + this.#before;
  }

  #within(line: number): number {
    return Math.min(Math.max(line, this.#first - 1), this.#upto);
  }
}
