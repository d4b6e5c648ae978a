import { openSequence } from '../../protocol/cut.ts';
import type { LineExtra } from '../../protocol/line.ts';
import type { EntryState } from '../../protocol/marks/entries.ts';
import type { GroupState } from '../../protocol/marks/groups.ts';
import type { Level } from '../../protocol/marks/level.ts';
import { affectsNextLine, markLine, type Marks } from '../../protocol/marks/marker.ts';
import { NO_ROWS, skipRows, type RowState } from '../../protocol/marks/rows.ts';
import { carryAfter } from '../../protocol/sgr.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import { ExtraRuns, type ExtraRun } from '../lines/extra-runs.ts';
import type { PackedRun } from './packed-run.ts';
import { RunScan } from './run-scan.ts';

/** What the lines before leave to the next line of a writer. */
export interface CarriedState {
  /** SGR parameters in force. */
  readonly carry: string;
  /** The first half of an escape sequence longer than a piece, which the end of a continued piece cut in two. */
  readonly splitSequence: string;
  /** The groups that are open in the log. */
  readonly groups: GroupState;
  /** What only lines of the same writer leave, if the last line of the log is one. */
  readonly own: OwnState;
}

export interface OwnState {
  /** The entry that the next line may continue. */
  readonly entry?: EntryState;
  /** The rows of the screen that the next line may rewrite. */
  readonly rows?: RowState;
  /** The marks that the next line has in common with the piece before it, of the same long line. */
  readonly piece?: Pick<Marks, 'l' | 'k'>;
}

export interface AnnotateOptions {
  readonly stderr: boolean;
  /** `text`: levels, entries and groups are read from the text; `given`: only a level that the writer gave counts. */
  readonly marks: 'text' | 'given' | 'none';
}

/** Lines with what is said of them. */
export interface Annotated {
  readonly count: number;
  readonly extras: readonly ExtraRun[];
  /** The state after the last line. */
  readonly after: CarriedState;
  /** A line has a marker of groups: it was read under the groups before it. */
  readonly hasMarkers: boolean;
}

/** Says of each line which colours are in force at its start, and gives it its marks. */
export function annotate(runs: readonly PackedRun[], before: CarriedState, options: AnnotateOptions): Annotated {
  const annotator = new Annotator(before, options);
  for (const run of runs) annotator.add(run);
  return annotator.end();
}

const NO_MARKS: Marks = {};

/** Annotates the runs of a batch. A line is decoded only if its text may change what is said of it, or of the lines after it. */
class Annotator {
  readonly #options: AnnotateOptions;
  readonly #extras = new ExtraRuns();
  #carry: string;
  #splitSequence: string;
  #groups: GroupState;
  #entry: EntryState | undefined;
  #rows: RowState;
  #piece: OwnState['piece'];
  #hasMarkers = false;
  /** Lines before the current run. */
  #count = 0;
  /** The last line, if it was passed over: it is read for the entry that it begins once that matters. */
  #passed: Buffer | undefined;

  constructor({ carry, splitSequence, groups, own }: CarriedState, options: AnnotateOptions) {
    this.#options = options;
    this.#carry = carry;
    this.#splitSequence = splitSequence;
    this.#groups = groups;
    this.#entry = own.entry;
    this.#rows = own.rows ?? NO_ROWS;
    this.#piece = own.piece;
  }

  add({ body, count, continued, level, continuesFrom }: PackedRun): void {
    const scan = new RunScan(body, count);
    for (let at = 0; at <= body.length;) {
      const start = continued || continuesFrom !== undefined || this.#needsEveryLine(level) ? at : this.#nextToRead(scan, at);
      if (start > at) this.#pass(scan, at, start, level);
      if (start > body.length) break;
      const end = scan.endOfLine(start);
      const index = scan.indexOf(start);
      const extra = this.#read(body.toString('utf8', start, end), continued, level, continuesFrom !== undefined && index >= continuesFrom);
      if (extra !== undefined) this.#extras.add(this.#count + index, 1, extra);
      at = end + 1;
    }
    this.#count += count;
  }

  end(): Annotated {
    this.#settle();
    const own = {
      ...(this.#entry && { entry: this.#entry }),
      ...(this.#rows !== NO_ROWS && { rows: this.#rows }),
      ...(this.#piece && { piece: this.#piece }),
    };
    return {
      count: this.#count,
      extras: this.#extras.runs,
      after: { carry: this.#carry, splitSequence: this.#splitSequence, groups: this.#groups, own },
      hasMarkers: this.#hasMarkers,
    };
  }

  /** Whether the next line has to be read whatever its text is. */
  #needsEveryLine(level: Level | undefined): boolean {
    if (this.#splitSequence !== '' || this.#piece !== undefined) return true;
    if (this.#options.marks !== 'text') return false;
    return level !== undefined || (this.#passed === undefined && affectsNextLine(this.#entry));
  }

  /** Where the next line begins, from the one at `at` on, that has to be read for its text; after the end if none has. */
  #nextToRead(scan: RunScan, at: number): number {
    const coloured = this.#carry === '' ? scan.nextUnreset(at) : scan.nextEscape(at);
    return this.#options.marks === 'text' ? Math.min(coloured, scan.nextMarked(at)) : coloured;
  }

  /** Passes over the lines from `from` up to that at `to`, which are alike. */
  #pass(scan: RunScan, from: number, to: number, level: Level | undefined): void {
    const extra = this.#extraOf(false, level === undefined || this.#options.marks === 'none' ? NO_MARKS : { l: level });
    if (extra === undefined && this.#options.marks !== 'text') return;
    const first = scan.indexOf(from);
    const count = scan.indexOf(to) - first;
    if (extra !== undefined) this.#extras.add(this.#count + first, count, extra);
    if (this.#options.marks !== 'text') return;
    this.#rows = skipRows(this.#rows, count);
    this.#passed = scan.lineBefore(to);
  }

  #read(text: string, continued: boolean, level: Level | undefined, continues: boolean): LineExtra | undefined {
    const marks = this.#piece ?? this.#mark(text, level, continues);
    this.#piece = continued ? { ...(marks.l !== undefined && { l: marks.l }), ...(marks.k && { k: marks.k }) } : undefined;
    const extra = this.#extraOf(continued, marks);
    const seen = this.#splitSequence + text;
    this.#carry = carryAfter(this.#carry, seen);
    this.#splitSequence = continued ? seen.slice(openSequence(seen)) : '';
    return extra;
  }

  #mark(text: string, level: Level | undefined, continues: boolean): Marks {
    if (this.#options.marks !== 'text') return level === undefined || this.#options.marks === 'none' ? NO_MARKS : { l: level };
    this.#settle();
    const before = { ...(this.#entry && { entry: this.#entry }), rows: this.#rows, groups: this.#groups };
    const { marks, state } = markLine(before, text, shownText(text), level, continues);
    this.#hasMarkers ||= state.groups !== this.#groups;
    this.#rows = state.rows ?? NO_ROWS;
    this.#groups = state.groups;
    this.#entry = state.entry;
    return marks;
  }

  /** Reads the line passed over last, which has no marks and begins an entry. */
  #settle(): void {
    if (this.#passed === undefined) return;
    const text = this.#passed.toString();
    this.#entry = markLine({ groups: this.#groups }, text, shownText(text)).state.entry;
    this.#passed = undefined;
  }

  #extraOf(continued: boolean, marks: Marks): LineExtra | undefined {
    const { stderr } = this.#options;
    if (marks === NO_MARKS && this.#carry === '' && !continued && !stderr) return undefined;
    const extra = { ...plainExtra(this.#carry, continued, stderr), ...marks };
    return Object.keys(extra).length === 0 ? undefined : extra;
  }
}

/** What is said of a line besides its marks; undefined for one that begins with the default colours, ends there, and is of stdout. */
export function plainExtra(carry: string, continued: boolean, stderr: boolean): LineExtra | undefined {
  if (carry === '' && !continued && !stderr) return undefined;
  return { ...(stderr ? { s: 'err' as const } : {}), ...(carry === '' ? {} : { c: carry }), ...(continued ? { p: 1 as const } : {}) };
}
