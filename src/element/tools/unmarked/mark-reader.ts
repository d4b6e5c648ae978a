import type { LevelCounts, LevelsPage, LinePlace } from '../../../protocol/answers/answers.ts';
import type { Line } from '../../../protocol/line.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import type { Marks } from '../../../protocol/marks/marker.ts';
import type { LineRun, Log, LogLine, LogState, LogStatus } from '../../../worker/api.ts';
import { doubling } from '../../../worker/doubling.ts';
import { monotonic } from '../../../worker/platform/attempt.ts';
import type { LevelsQuestion, SeekQuestion } from '../../../worker/queries/log-queries.ts';
import { PAGE } from '../lines/line-pages.ts';
import { ReadMarks } from './read-marks.ts';

/** Logs of at most so many lines are read without being asked. */
export const OWN_LINES = 50_000;
/** Lines that are read at most, whoever asks: 9 bytes are kept of each. */
export const MAX_LINES = 2_000_000;
/** Lines with markers, warnings or errors that are kept for the groups, at most. */
export const MAX_MARKED = 20_000;
/** Longest time that lines are marked without a pause, ms. */
const SLICE = 8;
/** How long to wait after a failure, ms: twice as long each time. */
const RETRY = { least: 5_000, most: 120_000 } as const;

/** States in which lines can be read. */
const READ: ReadonlySet<LogState> = new Set<LogState>(['catching-up', 'live', 'ended']);

export interface ReadLimits {
  /** Logs of at most so many lines are read without being asked. */
  readonly own: number;
  /** Lines that are read at most. */
  readonly most: number;
}

export interface MarkReaderHost {
  /** The log that is shown; undefined while none is. */
  log(): Pick<Log, 'range'> | undefined;
  /** More is known. */
  changed(): void;
  /** Lines that say something about groups, or are counted in them. */
  marked(runs: readonly LineRun[]): void;
}

/**
 * Reads a log whose server marks no lines, from its first line on, and answers what such a server cannot: counts, and the next entry
 * of a level. Lines that arrive are read in passing. Others are fetched, a page at a time: those of a short log at once, those of a
 * longer one when the reader asks for it.
 */
export class MarkReader {
  readonly #host: MarkReaderHost;
  readonly #limits: ReadLimits;
  #marks = new ReadMarks(1);
  #marked: LineRun[] = [];
  #status: LogStatus | undefined;
  /** Lines up to this one were asked for. */
  #asked = 0;
  /** Aborted when what is being read is not wanted any more. */
  #run = new AbortController();
  #isReading = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #waiting: (() => void)[] = [];

  constructor(host: MarkReaderHost, limits: ReadLimits = { own: OWN_LINES, most: MAX_LINES }) {
    this.#host = host;
    this.#limits = limits;
  }

  /** The entries by level in the lines read so far; undefined before the first. */
  get counts(): LevelCounts | undefined {
    const { first, upto } = this.#marks;
    if (this.#status === undefined || (upto < first && this.#status.head >= first)) return undefined;
    return this.#marks.countsIn({ after: first - 1, upto });
  }

  /** Whether there are lines that were not read. */
  get isPartial(): boolean {
    return this.#status !== undefined && this.#marks.upto < this.#status.head;
  }

  /** Whether lines are left that are read only when the reader asks for it. */
  get isWaiting(): boolean {
    return this.isPartial && this.#end <= this.#marks.upto && this.#readable > this.#marks.upto;
  }

  /** How many lines were read. */
  get lines(): number {
    return this.#marks.upto - this.#marks.first + 1;
  }

  /** The lines that groups are made of, as far as they were read. */
  get marked(): readonly LineRun[] {
    return this.#marked;
  }

  /** How many of the lines read after a line are errors. */
  errorsAfter(line: number): number {
    const [, , , , error, fatal] = this.#marks.countsIn({ after: line, upto: this.#marks.upto });
    return error + fatal;
  }

  /** The status changed, or lines came. */
  update(status: LogStatus, runs: readonly LineRun[]): void {
    if (status.epoch !== this.#status?.epoch || status.first > this.#marks.upto + 1) this.#restart(status.first);
    this.#status = status;
    this.#marks.trim(status.first);
    const before = this.#marks.upto;
    for (const run of [...runs].sort((a, b) => a.from - b.from)) this.#pass(run);
    if (this.#marks.upto > before) this.#host.changed();
    this.#read();
  }

  /** Reads the lines that there are now, however many. Resolves once that is done, or as far as it is possible. */
  async readAll(signal: AbortSignal, progress: (lines: number) => void): Promise<void> {
    this.#asked = this.#readable;
    this.#failures = 0;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const stop = (): void => {
      this.#asked = this.#marks.upto;
      this.#interrupt();
      // A short log is read on without being asked.
      this.#read();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#read();
      while (this.#isReading && !signal.aborted) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        progress(this.lines);
      }
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** As a server that marks lines; those that were not read count nothing. */
  async levels(question: Omit<LevelsQuestion, 'epoch'>): Promise<LevelsPage> {
    return this.#marks.levels(question);
  }

  /** As a server that marks lines, among those that were read. */
  async seek(question: SeekQuestion): Promise<LinePlace | undefined> {
    if ('time' in question) return undefined;
    const { level } = question;
    const line = 'after' in question ? this.#marks.next(level, question.after) : this.#marks.previous(level, question.before);
    return line === undefined ? undefined : { line, time: this.#marks.timeOf(line) };
  }

  /** Another log is shown, or none. */
  stop(): void {
    this.#restart(1);
    this.#status = undefined;
  }

  #restart(first: number): void {
    this.#marks = new ReadMarks(first);
    this.#marked = [];
    this.#asked = this.#failures = 0;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#interrupt();
  }

  /** Stops reading at once: lines that were asked for may never come. */
  #interrupt(): void {
    this.#run.abort();
    this.#run = new AbortController();
    this.#isReading = false;
    this.#settle();
  }

  /** The last line that may be read at all. */
  get #readable(): number {
    const { first, head } = this.#status ?? { first: 1, head: 0 };
    return Math.min(head, first + this.#limits.most - 1);
  }

  /** The last line that is to be read. */
  get #end(): number {
    const { first, head } = this.#status ?? { first: 1, head: 0 };
    return head - first < this.#limits.own ? head : Math.min(this.#asked, this.#readable);
  }

  /** Reads on, unless that is under way. */
  #read(): void {
    if (this.#isReading || this.#retry !== undefined || this.#status === undefined || !READ.has(this.#status.state)) return;
    if (this.#status.epoch === '' || this.#marks.upto >= this.#end) return;
    const log = this.#host.log();
    if (log === undefined) return;
    this.#isReading = true;
    void this.#readPages(log, this.#run.signal);
  }

  /** Never throws. */
  async #readPages(log: Pick<Log, 'range'>, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && this.#marks.upto < this.#end) {
        const from = this.#marks.upto + 1;
        const lines = await log.range(from, Math.min(this.#end, Math.ceil(from / PAGE) * PAGE));
        if (signal.aborted) return;
        await this.#markAll(lines, signal);
        if (signal.aborted) return;
        // Retention may have taken them; the status will tell.
        if (this.#marks.upto < from) throw new Error('No lines came.');
        this.#failures = 0;
        this.#host.changed();
        this.#settle();
      }
      this.#isReading = false;
    } catch {
      if (signal.aborted) return;
      this.#isReading = false;
      this.#failures += 1;
      this.#retry = setTimeout(
        () => {
          this.#retry = undefined;
          this.#read();
        },
        doubling(this.#failures, RETRY.least, RETRY.most),
      );
    }
    this.#settle();
  }

  /** Marks lines that were fetched, in slices between which the page does other things. */
  async #markAll(lines: readonly LogLine[], signal: AbortSignal): Promise<void> {
    const marks = this.#marks;
    let since = monotonic();
    const found: LineRun[] = [];
    for (const { offset, time, text, continues } of lines) {
      // Lines may have arrived meanwhile.
      if (offset === this.#marks.upto + 1) found.push(...this.#add(continues ? [time, text, { p: 1 }] : [time, text]));
      if (monotonic() - since < SLICE) continue;
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) break;
      since = monotonic();
    }
    if (marks === this.#marks) this.#tell(found);
  }

  /** Marks the lines of a run that come after the last one read. */
  #pass({ from, lines }: LineRun): void {
    const skipped = this.#marks.upto + 1 - from;
    if (skipped < 0 || skipped >= lines.length) return;
    const room = Math.max(0, this.#readable - this.#marks.upto);
    this.#tell(lines.slice(skipped, skipped + room).flatMap((line) => this.#add(line)));
  }

  /** Returns the line if it matters to groups. */
  #add(line: Line): LineRun[] {
    const marks = this.#marks.add(line);
    return mattersToGroups(marks) ? [{ from: this.#marks.upto, lines: [line] }] : [];
  }

  #tell(runs: readonly LineRun[]): void {
    if (runs.length === 0) return;
    this.#marked = [...this.#marked, ...runs].slice(-MAX_MARKED);
    this.#host.marked(runs);
  }

  #settle(): void {
    for (const call of this.#waiting.splice(0)) call();
  }
}

function mattersToGroups({ l, k, r, g, e, u }: Marks): boolean {
  if (g !== undefined || e !== undefined || u !== undefined) return true;
  return l !== undefined && l >= LEVEL.warn && k === undefined && r === undefined;
}
