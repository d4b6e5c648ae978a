import type { Line } from '../../protocol/line.ts';
import type { LogLine, LogStatus, Range, View, ViewUpdate } from '../api.ts';
import { LogDeniedError, LogResetError, LogTruncatedError } from './errors.ts';

/** Most lines to read ahead of the iteration, and about how many characters of them. */
export const READ_AHEAD = 2_000;
const READ_AHEAD_TEXT = 4 * 1_024 * 1_024;

export interface ReaderOptions {
  /** Reads the lines after this one. */
  readonly after: number;
  /** Ends after this line, and skips removed lines, instead of following the log to its end. */
  readonly until?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Epoch to read; empty for the first one that becomes known. */
  readonly epoch: string;
  /** Called when the reading ends. */
  readonly done?: () => unknown;
}

/** What a reader needs from a log. */
export interface ReadableLog {
  readonly status: LogStatus;
  pull(listener: (update: ViewUpdate) => void): View;
}

/** Every line of a log, exactly once and in order. Reads ahead a bounded distance. */
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
  /** Lines up to this one were requested, or are held. */
  #requested = 0;
  /** Calls of `next` are answered one after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => undefined;
  #result: { readonly error: unknown } | 'done' | undefined;

  constructor(log: ReadableLog, { after, until, signal, epoch, done }: ReaderOptions) {
    this.#next = after + 1;
    this.#until = until;
    this.#signal = signal;
    this.#done = done;
    this.#status = log.status;
    this.#epoch = epoch || log.status.epoch;
    this.#view = log.pull((update) => this.#update(update));
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
    else this.#request();
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

  /** Ends the reading with an error. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  async #read(): Promise<IteratorResult<LogLine, undefined>> {
    for (;;) {
      const line = this.#result === undefined ? this.#held.get(this.#next) : undefined;
      if (line !== undefined) return { done: false, value: this.#shift(line) };
      if (this.#result === undefined) this.#checkNext();
      if (this.#result === 'done') return { done: true, value: undefined };
      if (this.#result !== undefined) {
        const { error } = this.#result;
        this.#result = 'done';
        throw error;
      }
      if (this.#held.has(this.#next)) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #shift(line: Line): LogLine {
    const offset = this.#next;
    const [time, text, extra] = line;
    this.#held.delete(offset);
    this.#text -= text.length;
    this.#next += 1;
    if (this.#requested - this.#next < READ_AHEAD / 2) this.#request();
    return { offset, time, text, stderr: extra?.s === 'err', carry: extra?.c ?? '', continues: extra?.p === 1 };
  }

  /** Ends the reading if the next line cannot arrive any more. */
  #checkNext(): void {
    const { state, epoch, first, head, end, problem, retryAt } = this.#status;
    if (epoch !== this.#epoch) return this.fail(new LogResetError(epoch));
    if (first > this.#next) {
      if (this.#until === undefined) return this.fail(new LogTruncatedError(first));
      this.#next = Math.min(first, this.#until + 1);
      this.#request();
    }
    if (this.#next > (this.#until ?? Infinity) || (end !== undefined && this.#next > head)) return this.#finish('done');
    // With a time to retry, it may pass.
    if (state === 'denied' && retryAt === undefined) this.fail(new LogDeniedError(problem));
  }

  #update({ status, runs }: ViewUpdate): void {
    this.#status = status;
    this.#epoch ||= status.epoch;
    const stale = status.epoch !== this.#epoch;
    for (const { from, lines } of stale ? [] : runs) {
      for (const [at, line] of lines.entries()) {
        const offset = from + at;
        if (offset < this.#next || offset > this.#requested || this.#held.has(offset)) continue;
        this.#held.set(offset, line);
        this.#text += line[1].length;
      }
    }
    if (stale) this.#checkNext();
    else if (this.#text > READ_AHEAD_TEXT) this.#request();
    this.#wake();
  }

  /** Requests the lines to read ahead that are not held; only the next one while much text is held. */
  #request(): void {
    const last = this.#text > READ_AHEAD_TEXT ? this.#next : this.#next + READ_AHEAD - 1;
    this.#requested = Math.min(last, this.#until ?? Infinity);
    const want: Range[] = [];
    let from = this.#next;
    for (let offset = this.#next; offset <= this.#requested; offset += 1) {
      if (!this.#held.has(offset)) continue;
      if (from < offset) want.push({ from, to: offset - 1 });
      from = offset + 1;
    }
    if (from <= this.#requested) want.push({ from, to: this.#requested });
    this.#view.request(want, 0);
  }

  readonly #abort = (): void => {
    this.fail(this.#signal?.reason);
  };

  #finish(how: { readonly error: unknown } | 'done'): void {
    if (this.#result !== undefined) return;
    this.#result = how;
    this.#held.clear();
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#view.close();
    this.#done?.();
    this.#wake();
  }
}
