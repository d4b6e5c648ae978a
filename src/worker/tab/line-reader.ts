import type { Line } from '../../protocol/line.ts';
import type { LogLine, LogStatus, Range, View, ViewUpdate } from '../api.ts';
import { LogDeniedError, LogResetError, LogTruncatedError } from './errors.ts';

/** Lines that are read ahead of whoever iterates, and about how many characters of them. */
export const READ_AHEAD = 2_000;
const READ_AHEAD_TEXT = 4 * 1_024 * 1_024;

export interface ReaderOptions {
  /** Lines behind this one. */
  readonly after: number;
  /** Ends behind this line, and passes over lines that were removed, instead of following the log to its end. */
  readonly until?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Incarnation to read; empty when none is known, which is then the first that comes. */
  readonly epoch: string;
  /** Called when nothing more is read. */
  readonly done?: () => unknown;
}

/** What a reader needs of a log. */
export interface ReadableLog {
  readonly status: LogStatus;
  pull(listener: (update: ViewUpdate) => void): View;
}

/** Every line of a log exactly once and in order; reads ahead a bounded distance, and no further than it is read. */
export class LineReader implements AsyncIterableIterator<LogLine> {
  readonly #view: View;
  readonly #until: number | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #done: (() => unknown) | undefined;
  readonly #held = new Map<number, Line>();
  #text = 0;
  #next: number;
  #epoch: string;
  #status: LogStatus;
  /** Lines up to here were asked for, as far as they are not held. */
  #asked = 0;
  /** Calls of `next` are answered one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => undefined;
  #over: { readonly error: unknown } | 'done' | undefined;

  constructor(log: ReadableLog, { after, until, signal, epoch, done }: ReaderOptions) {
    this.#next = after + 1;
    this.#until = until;
    this.#signal = signal;
    this.#done = done;
    this.#status = log.status;
    this.#epoch = epoch || log.status.epoch;
    this.#view = log.pull((update) => this.#take(update));
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
    else this.#ask();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<LogLine, undefined>> {
    const result = this.#turn.then(() => this.#read());
    this.#turn = result.catch(() => undefined);
    return result;
  }

  return(): Promise<IteratorResult<LogLine, undefined>> {
    this.#finish('done');
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The log was closed, or something else ends the reading. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  async #read(): Promise<IteratorResult<LogLine, undefined>> {
    for (;;) {
      const line = this.#over === undefined ? this.#held.get(this.#next) : undefined;
      if (line !== undefined) return { done: false, value: this.#give(line) };
      if (this.#over === undefined) this.#judge();
      if (this.#over === 'done') return { done: true, value: undefined };
      if (this.#over !== undefined) {
        const { error } = this.#over;
        this.#over = 'done';
        throw error;
      }
      if (this.#held.has(this.#next)) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #give(line: Line): LogLine {
    const offset = this.#next;
    const [time, text, extra] = line;
    this.#held.delete(offset);
    this.#text -= text.length;
    this.#next += 1;
    if (this.#asked - this.#next < READ_AHEAD / 2) this.#ask();
    return { offset, time, text, stderr: extra?.s === 'err', carry: extra?.c ?? '', continues: extra?.p === 1 };
  }

  /** Decides whether the next line can still come. */
  #judge(): void {
    const { state, epoch, first, head, end, problem, retryAt } = this.#status;
    if (epoch !== this.#epoch) return this.fail(new LogResetError(epoch));
    if (first > this.#next) {
      if (this.#until === undefined) return this.fail(new LogTruncatedError(first));
      this.#next = Math.min(first, this.#until + 1);
      this.#ask();
    }
    if (this.#next > (this.#until ?? Infinity) || (end !== undefined && this.#next > head)) return this.#finish('done');
    // What may pass is waited for.
    if (state === 'denied' && retryAt === undefined) this.fail(new LogDeniedError(problem));
  }

  #take({ status, runs }: ViewUpdate): void {
    this.#status = status;
    this.#epoch ||= status.epoch;
    const stale = status.epoch !== this.#epoch;
    for (const { from, lines } of stale ? [] : runs) {
      for (const [at, line] of lines.entries()) {
        const offset = from + at;
        if (offset < this.#next || offset > this.#asked || this.#held.has(offset)) continue;
        this.#held.set(offset, line);
        this.#text += line[1].length;
      }
    }
    if (stale) this.#judge();
    else if (this.#text > READ_AHEAD_TEXT) this.#ask();
    this.#wake();
  }

  /** Asks for what is lacking of the lines to read ahead; when much text waits, only for the line that is next. */
  #ask(): void {
    const last = this.#text > READ_AHEAD_TEXT ? this.#next : this.#next + READ_AHEAD - 1;
    this.#asked = Math.min(last, this.#until ?? Infinity);
    const want: Range[] = [];
    let from = this.#next;
    for (let offset = this.#next; offset <= this.#asked; offset += 1) {
      if (!this.#held.has(offset)) continue;
      if (from < offset) want.push({ from, to: offset - 1 });
      from = offset + 1;
    }
    if (from <= this.#asked) want.push({ from, to: this.#asked });
    this.#view.request(want, 0);
  }

  readonly #abort = (): void => {
    this.fail(this.#signal?.reason);
  };

  #finish(how: { readonly error: unknown } | 'done'): void {
    if (this.#over !== undefined) return;
    this.#over = how;
    this.#held.clear();
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#view.close();
    this.#done?.();
    this.#wake();
  }
}
