import type { Line, LineExtra } from '../protocol/line.ts';

/** The state of a log, as read from a store at one moment. A log that was never written to has the tail {@link NO_LOG}. */
export interface LogTail {
  /** Changes when a log is deleted and started again: minted by the store with the first line, empty before. Contains no `-`. */
  readonly epoch: string;
  /** The number of the first line still held; head + 1 when there is none. */
  readonly first: number;
  /** The number of the last line; 0 before the first. */
  readonly head: number;
  /** Exit code of a complete log; undefined while it may grow. */
  readonly end: number | undefined;
  /** When the last line was written, unix ms. */
  readonly time: number;
  /** SGR parameters in force after the last line. */
  readonly carry: string;
}

export const NO_LOG: LogTail = { epoch: '', first: 1, head: 0, end: undefined, time: 0, carry: '' };

/** Whether the log was ever written to: a line, or an end without one. */
export function exists(tail: LogTail): boolean {
  return tail.epoch !== '' || tail.end !== undefined;
}

/** A line to append. Its time is the batch's, its number is given by the store. */
export type NewLine = readonly [text: string, extra?: LineExtra];

/** Lines that become durable together or not at all. */
export interface Batch {
  readonly lines: readonly NewLine[];
  /** When they were written, unix ms. The store uses the tail's time instead if that is later: time never goes back. */
  readonly time: number;
  /** The carry that the lines were coloured under; the store refuses the batch with `carry` when the tail has another one. */
  readonly carryIn: string;
  /** The carry after the last line. */
  readonly carryOut: string;
  /** Append only if the head is exactly this; an undefined `epoch` means the current one. */
  readonly at?: { readonly epoch: string | undefined; readonly offset: number } | undefined;
  /** Completes the log with this exit code, after the lines. */
  readonly end?: number | undefined;
}

export type AppendResult =
  /** `tail` includes the batch, whose lines are `tail.head - lines.length + 1` to `tail.head`, all with time `tail.time`. */
  | { readonly ok: true; readonly tail: LogTail }
  /** Nothing was written. `ended`: the log is complete; `moved`: the head is not `at`; `carry`: colour the lines again. Checked in this order. */
  | { readonly ok: false; readonly reason: 'ended' | 'moved' | 'carry'; readonly tail: LogTail };

/** How much of a log is kept; the oldest lines go first. A bound that is not given does not apply. */
export interface Retention {
  /** Lines. @default no bound */
  readonly lines?: number | undefined;
  /** UTF-8 bytes of text. @default no bound */
  readonly bytes?: number | undefined;
  /** ms since a line was written. @default no bound */
  readonly age?: number | undefined;
}

export interface ReadRange {
  /** The lines after this one. */
  readonly after: number;
  /** At most this many lines … */
  readonly limit: number;
  /** … and this many UTF-8 bytes of text, but at least one line. */
  readonly bytes: number;
}

export interface ReadResult {
  /** The tail at the moment of the read: its epoch, first line and head are those of these lines. */
  readonly tail: LogTail;
  /** Lines `after + 1` …; empty when that line is below `tail.first` or beyond `tail.head`. */
  readonly lines: readonly Line[];
}

/** A page of lines as JSON, for a caller that only forwards it. */
export interface JsonPage {
  /** As in {@link ReadResult}. */
  readonly tail: LogTail;
  /** How many lines the page has. */
  readonly count: number;
  /** `JSON.stringify` of the lines that {@link LogStore.read} returns for the same range, in UTF-8. */
  readonly json: Buffer;
  /** Optional to call, at most once, when `json` is no longer used: its memory is reused for another page. */
  readonly release?: () => void;
}

/** An event that watchers of a log receive. Events may be lost: a watcher that must not miss a line compares heads from time to time. */
export type LogEvent =
  /** These lines were appended; `tail.head` is the last of them. */
  | { readonly kind: 'lines'; readonly tail: LogTail; readonly lines: readonly Line[] }
  /** The log changed in some other way: read the tail. */
  | { readonly kind: 'changed' }
  /** The unfinished last line of one writer; null retracts it. */
  | { readonly kind: 'part'; readonly writer: string; readonly line: Line | null };

/**
 * Keeps logs. Every method may be called at any time, also concurrently. A method that fails because the store is down or
 * full rejects with {@link StoreUnavailableError} and has changed nothing.
 */
export interface LogStore {
  tail(channel: string): Promise<LogTail>;
  /** Appends atomically; resolves once the lines are durable. Watchers receive them no earlier. */
  append(channel: string, batch: Batch): Promise<AppendResult>;
  read(channel: string, range: ReadRange): Promise<ReadResult>;
  /**
   * Like {@link LogStore.read}, as JSON. Optional: for stores that can do this with less work than reading the lines and
   * stringifying them.
   */
  readJson?(channel: string, range: ReadRange): Promise<JsonPage>;
  /** Removes the lines that `retain` does not cover; resolves to the tail after that. `now` is unix ms. */
  trim(channel: string, retain: Retention, now: number): Promise<LogTail>;
  /** Removes the log; the next append begins a new epoch. Resolves to whether there was one. */
  remove(channel: string): Promise<boolean>;
  /** Passes the events of a log to `listener` until the returned function is called. */
  watch(channel: string, listener: (event: LogEvent) => void): () => void;
  /**
   * Emits the unfinished last line of a writer to watchers, without storing it. A writer repeats an unchanged one every
   * second, for new watchers; a store shared by processes retracts one that was not repeated for a few seconds.
   */
  publishPart(channel: string, writer: string, line: Line | null): void;
  /**
   * The channels of all logs, in any order. Where a part of a distributed store does not answer, rejects with
   * StoreUnavailableError after the channels of the rest.
   */
  channels(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** The store is down, full or read-only; trying again later may help. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
